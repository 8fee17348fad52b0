/* Finite differences of convolutions, pooling and the activation functions. */
#include "gradients.h"

static const char *const layers[] = {
    "input 7 3\nconv1d 4 kernel_size=3\n",
    "input 3 2\nconv1d 2 kernel_size=3\n",
    "input 5 2\nconv1d 3 kernel_size=1\n",
    "input 7 2\nconv1d 3 kernel_size=3 strides=2\n",
    "input 8 2\nconv1d 3 kernel_size=2 strides=3\n",
    "input 7 2\nconv1d 3 kernel_size=3 dilation_rate=2\n",
    "input 7 2\nconv1d 3 kernel_size=3 padding=same\n",
    "input 6 2\nconv1d 3 kernel_size=4 padding=same\n",
    "input 7 2\nconv1d 3 kernel_size=3 strides=2 padding=same\n",
    "input 8 2\nconv1d 3 kernel_size=3 strides=2 padding=same\n",
    "input 7 2\nconv1d 3 kernel_size=2 strides=4 padding=same\n",
    "input 7 2\nconv1d 3 kernel_size=3 dilation_rate=2 padding=same\n",
    "input 7 2\nconv1d 3 kernel_size=3 padding=causal\n",
    "input 7 2\nconv1d 3 kernel_size=3 strides=2 padding=causal\n",
    "input 5 2\nconv1d 3 kernel_size=3 dilation_rate=3 padding=causal\n",
    "input 2 2\nconv1d 3 kernel_size=7 padding=same\n",
    "input 2 2\nconv1d 3 kernel_size=7 padding=causal\n",
    "input 3 5 2\ntime_distributed conv1d 3 kernel_size=2\n",
    "input 7 3\nmax_pooling1d 2\n",
    "input 7 3\nmax_pooling1d 3 strides=1\n",
    "input 7 3\nmax_pooling1d 2 strides=3\n",
    "input 7 3\nmax_pooling1d 3 padding=same\n",
    "input 8 3\nmax_pooling1d 3 strides=2 padding=same\n",
    "input 2 3\nmax_pooling1d 5 padding=same\n",
    "input 2 6 3\ntime_distributed max_pooling1d 2\n",
    "input 7 3\naverage_pooling1d 2\n",
    "input 7 3\naverage_pooling1d 3 strides=1\n",
    "input 7 3\naverage_pooling1d 2 strides=3\n",
    "input 7 3\naverage_pooling1d 3 padding=same\n",
    "input 8 3\naverage_pooling1d 3 strides=2 padding=same\n",
    "input 2 3\naverage_pooling1d 5 padding=same\n",
    "input 5 3\nglobal_max_pooling1d\n",
    "input 5 3\nglobal_average_pooling1d\n",
    "input 2 4 3\ntime_distributed global_average_pooling1d\n",
    "input 7\nactivation hard_sigmoid\n",
    "profile keras3\ninput 7\nactivation hard_sigmoid\n",
    "input 7\nactivation elu\n",
    "input 7\nactivation gelu\n",
    "input 7\nactivation swish\n",
    "input 7\nactivation silu\n",
};

static const char *const nets[] = {
    "input 3 8 2\ntime_distributed conv1d 3 kernel_size=3 activation=tanh\n"
    "time_distributed conv1d 3 kernel_size=3 activation=relu\ntime_distributed dropout 0.5\n"
    "time_distributed max_pooling1d 2\ntime_distributed flatten\nlstm 3\ndense 3\n"
    "activation softmax\n",
    "input 9 2\nconv1d 3 kernel_size=3 strides=2 padding=same activation=gelu\n"
    "conv1d 2 kernel_size=2 padding=causal dilation_rate=2 activation=elu\n"
    "average_pooling1d 2 strides=1 padding=same\nglobal_max_pooling1d\n"
    "dense 3 activation=softmax\n",
    "input 6 2\ndense 4 activation=softmax\nconv1d 3 kernel_size=2 activation=swish\n"
    "global_average_pooling1d\ndense 4 activation=hard_sigmoid\n"
    "dense 2 activation=softmax\n",
};

int main(void)
{
    return run_gradient_tests((struct net_texts){layers, sizeof layers / sizeof *layers},
                              (struct net_texts){nets, sizeof nets / sizeof *nets});
}
