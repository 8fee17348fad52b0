/* Finite differences of gru, and of nets with branches, shortcuts and both directions. */
#include "gradients.h"

static const char *const layers[] = {
    "input 4 3\ngru 2\n",
    "input 4 3\ngru 2 go_backwards=true\n",
    "input 4 3\ngru 2 return_sequences=true\n",
    "input 4 3\ngru 2 return_sequences=true go_backwards=true\n",
    "input 1 2\ngru 3\n",
    "input 2 3 2\ntime_distributed gru 2\n",
};

static const char *const nets[] = {
    "input 4 3\ngru 2\ndense 3 activation=softmax\n",
    "input 4 3\ngru 2 return_sequences=true\ngru 3\ndense 3 activation=softmax\n",
    "input 3 2\ngru 2 return_sequences=true go_backwards=true\nflatten\ndense 3\n"
    "activation softmax\n",
    "input 2 3 2\ntime_distributed gru 2\nflatten\ndense 2\nactivation softmax\n",

    /* both directions */
    "input 4 3\nbidirectional lstm 2\ndense 3 activation=softmax\n",
    "input 4 3\nbidirectional gru 2\ndense 3 activation=softmax\n",
    "input 4 3\nbidirectional lstm 2 return_sequences=true\nflatten\ndense 3 activation=softmax\n",
    "input 4 3\nbidirectional gru 2 return_sequences=true\nbidirectional lstm 2\n"
    "dense 3 activation=softmax\n",
    "input 3 2\nbidirectional lstm 2 return_sequences=true go_backwards=true\nflatten\n"
    "dense 3 activation=softmax\n",
    "input 2 3 2\ntime_distributed bidirectional lstm 2 return_sequences=true\n"
    "time_distributed flatten\nbidirectional gru 2\nactivation softmax\n",

    /* branches */
    "input 4\ndense 3\nbranch\ndense 2 activation=tanh\nbranch\ndense 3\ndense 2\nconcatenate\n"
    "dense 3 activation=softmax\n",
    "input 3\nbranch\nbranch\ndense 2 activation=sigmoid\nbranch\nconcatenate\n"
    "dense 3 activation=softmax\n",
    "input 4\ndense 4\nbranch\nreshape 2 2\nbranch\nreshape 2 2\nlstm 2 return_sequences=true\n"
    "concatenate axis=1\nflatten\ndense 3 activation=softmax\n",
    "input 4 3\nbranch\nlstm 2\nbranch\ngru 3\nbranch\nflatten\nconcatenate\n"
    "dense 3 activation=softmax\n",
    "input 2 3\nbranch\ntime_distributed dense 2 activation=tanh\nbranch\n"
    "time_distributed dropout 0.3\nconcatenate\nlstm 2\nactivation softmax\n",
    "input 2 3\ndense 2\nbranch\nreshape 1 2 2\nbranch\nreshape 1 2 2\n"
    "concatenate axis=2\nflatten\ndense 2\nactivation softmax\n",
    "input 3 2\nbranch each=channel\nlstm 2\ndense 2 activation=tanh\nconcatenate\n"
    "dense 3 activation=softmax\n",
    "input 3 2\ndense 3\nbranch each=channel\nconcatenate axis=-2\nflatten\ndense 2\n"
    "activation softmax\n",

    /* shortcuts */
    "input 3\nshortcut\ndense 3 activation=tanh\nadd\ndense 2 activation=softmax\n",
    "input 3\ndense 4\nshortcut dense 2 activation=sigmoid\ndense 3 activation=tanh\ndense 2\n"
    "add\nactivation tanh\ndense 2 activation=softmax\n",
    "input 3\ndense 2\nshortcut\nadd\nactivation softmax\n",
    "input 3\nshortcut\ndense 3 activation=tanh\nshortcut\ndense 3\nadd\nadd\n"
    "dense 2 activation=softmax\n",
    "input 4 2\nshortcut time_distributed dense 4\nbidirectional gru 2 return_sequences=true\n"
    "add\nlstm 2\nactivation softmax\n",

    /* inside each other */
    "input 4\nshortcut\nbranch\ndense 2\nbranch\ndense 2 activation=tanh\nconcatenate\nadd\n"
    "dense 2 activation=softmax\n",
    "input 4\nbranch\nshortcut\ndense 4 activation=tanh\nadd\nbranch\ndense 2\nconcatenate\n"
    "dense 2 activation=softmax\n",
    "input 3 2\nbranch each=channel\nshortcut\nbranch\ndense 1\nbranch\ndense 2\nconcatenate\n"
    "dense 1\nadd\nflatten\nconcatenate\ndense 2 activation=softmax\n",
    "input 3 2\nbranch each=channel\nshortcut\ndense 2\nbranch each=channel\nflatten\ndense 2\n"
    "concatenate axis=1\nreshape 4 1\nlstm 3\nreshape 3 1\nadd\nflatten\nconcatenate\n"
    "dense 2 activation=softmax\n",
};

int main(void)
{
    return run_gradient_tests((struct net_texts){layers, sizeof layers / sizeof *layers},
                              (struct net_texts){nets, sizeof nets / sizeof *nets});
}
