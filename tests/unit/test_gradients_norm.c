/* Finite differences of the layers that normalize, add noise or add channels. */
#include "gradients.h"

static const char *const layers[] = {
    "input 5\nlayer_normalization\n",
    "input 3 4\nlayer_normalization epsilon=0.1\n",
    "input 3 4\nlayer_normalization center=false\n",
    "input 3 4\nlayer_normalization scale=false\n",
    "input 4\nlayer_normalization center=false scale=false\n",
    "input 2 3 4\ntime_distributed layer_normalization\n",
    "input 5\nnormalization\n",
    "input 3 4\nnormalization\n",
    "input 7\ngaussian_noise 0.3\n",
    "input 2 3\ntime_distributed gaussian_noise 0.5\n",
    "input 5 3\nwith_differences\n",
    "input 1 2\nwith_differences\n",
    "input 4 6\nwith_magnitudes\n",
    "input 4 4\nwith_magnitudes 2\n",
    "input 3 2\nrescaling -0.5 offset=2\n",
};

/* The dense layers before others show what these hand back. */
static const char *const nets[] = {
    "input 3\ndense 4\nbatch_normalization\ndense 3 activation=softmax\n",
    "input 3\ndense 4\nbatch_normalization epsilon=0.1\ndense 4 activation=tanh\n"
    "batch_normalization\ndense 3 activation=softmax\n",
    "input 4 3\ndense 4\nbatch_normalization center=false\nlstm 3\nactivation softmax\n",
    "input 4 3\ndense 4\nbatch_normalization scale=false\nlstm 3\nbatch_normalization\n"
    "activation softmax\n",
    "input 3\nbatch_normalization center=false scale=false\ndense 3 activation=softmax\n",
    "input 2 3 2\ndense 3\ntime_distributed batch_normalization\nflatten\n"
    "dense 3 activation=softmax\n",
    "input 4 3\nnormalization\nlstm 3 return_sequences=true\nlayer_normalization\n"
    "gaussian_noise 0.1\nflatten\ndense 3 activation=softmax\n",
};

int main(void)
{
    return run_gradient_tests((struct net_texts){layers, sizeof layers / sizeof *layers},
                              (struct net_texts){nets, sizeof nets / sizeof *nets});
}
