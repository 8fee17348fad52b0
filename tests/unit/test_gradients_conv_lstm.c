/* Finite differences of conv_lstm2d. */
#include "gradients.h"

static const char *const layers[] = {
    "input 3 1 5 2\nconv_lstm2d 2 kernel_size=1,3\n",
    "input 3 1 5 2\nconv_lstm2d 2 kernel_size=1,3 activation=relu recurrent_activation=sigmoid\n",
    "profile keras3\ninput 3 1 5 2\nconv_lstm2d 2 kernel_size=1,3\n",
    "profile keras3\ninput 3 1 5 2\nconv_lstm2d 2 kernel_size=1,3 activation=sigmoid "
    "recurrent_activation=hard_sigmoid\n",
    "input 2 3 4 2\nconv_lstm2d 2 kernel_size=2,3 return_sequences=true\n",
    "input 2 3 4 2\nconv_lstm2d 2 kernel_size=2,3 padding=same return_sequences=true\n",
    "input 2 3 4 1\nconv_lstm2d 3 kernel_size=2 padding=same go_backwards=true\n",
    "input 2 3 4 1\nconv_lstm2d 2 kernel_size=4,7 padding=same activation=linear\n",
    "input 3 4 5 2\nconv_lstm2d 2 kernel_size=2,2 strides=2,1 go_backwards=true "
    "return_sequences=true\n",
    "input 2 5 6 1\nconv_lstm2d 2 kernel_size=3 strides=2,3 padding=same\n",
    "input 1 3 3 2\nconv_lstm2d 2 kernel_size=2\n",
    "input 2 1 4 1\nconv_lstm2d 2 kernel_size=1,2 activation=elu\n",
    "input 2 1 4 1\nconv_lstm2d 2 kernel_size=1,2 activation=gelu recurrent_activation=tanh\n",
    "input 2 1 4 1\nconv_lstm2d 2 kernel_size=1,2 activation=swish recurrent_activation=linear\n",
    "input 2 2 1 4 1\ntime_distributed conv_lstm2d 2 kernel_size=1,2\n",
};

static const char *const nets[] = {
    "input 12 2\nreshape 3 1 4 2\nconv_lstm2d 3 kernel_size=1,3 activation=relu\ndropout 0.4\n"
    "flatten\ndense 3 activation=softmax\n",
    "input 3 2 4 2\nconv_lstm2d 2 kernel_size=2,3 padding=same return_sequences=true\n"
    "conv_lstm2d 2 kernel_size=2 activation=tanh\nflatten\ndense 3 activation=softmax\n",
};

int main(void)
{
    return run_gradient_tests((struct net_texts){layers, sizeof layers / sizeof *layers},
                              (struct net_texts){nets, sizeof nets / sizeof *nets});
}
