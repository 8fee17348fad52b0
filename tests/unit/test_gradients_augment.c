/* Finite differences of the layers that change rows at random in training: each is linear, and its
 * backward the transposed map. */
#include "gradients.h"

static const char *const layers[] = {
    "input 7\njitter 0.3\n",
    "input 4 3\nscale 0.3\n",
    "input 4 3\nscale 0.3 each=row\n",
    "input 5\nscale 0.5\n",
    "input 2 3 2\ntime_distributed scale 0.3\n",
    "input 3\nrotation 90\n",
    "input 4 6\nrotation 30\n",
    "input 2 2 9\ntime_distributed rotation 180\n",
    "input 9 2\ntime_warp 0.5\n",
    "input 2 3\ntime_warp 1 knots=1\n",
    "input 5 2 3\ntime_warp 1 knots=9\n",
    "input 2 7 2\ntime_distributed time_warp 0.5 knots=2\n",
    "input 5\nmixup 1\n",
    "input 4 3\nmixup 0.2\n",
    "input 4 3\nmixup 5\n",
    "input 4 3\nmixup 0\n",
};

/* The dense layers before others show what these hand back. */
static const char *const nets[] = {
    "input 4 3\ndense 3\nscale 0.3\nrotation 40\ntime_warp 0.5\nmixup 0.5\nlstm 3\n"
    "activation softmax\n",
    "input 4 3\ndense 6\nshortcut time_distributed rotation 90\nscale 0.2 each=row\nadd\nflatten\n"
    "mixup 2\nbatch_normalization\ndense 5\nmixup 1\ndense 3 activation=softmax\n",
    "input 4 2\ndense 3\nbranch\nrotation 90\nbranch\ntime_warp 1\nconcatenate\nlstm 2\n"
    "activation softmax\n",
    "input 4 2\ndense 2\nbranch each=channel\njitter 0.1\nscale 0.3\ntime_warp 0.5\nconcatenate\n"
    "lstm 2\nactivation softmax\n",
};

int main(void)
{
    return run_gradient_tests((struct net_texts){layers, sizeof layers / sizeof *layers},
                              (struct net_texts){nets, sizeof nets / sizeof *nets});
}
