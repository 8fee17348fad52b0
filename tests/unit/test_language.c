#include "nn/net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text, *canonical;
} good[] = {
    {"input 128 9\nlstm 100\ndropout 0.5\ndense 100 activation=relu\ndense 6 activation=softmax\n",
     "profile keras2\ninput 128 9\nlstm 100\ndropout 0.5\ndense 100 activation=relu\n"
     "dense 6 activation=softmax\n"},
    {"# a comment\n\r\n  profile   keras3 # another\n\tinput 4\ndense units=2 activation=linear",
     "profile keras3\ninput 4\ndense 2\n"},
    {"input 8 3\nlstm return_sequences=true units=5 go_backwards=false\nflatten\n",
     "profile keras2\ninput 8 3\nlstm 5 return_sequences=true\nflatten\n"},
    {"input 12\nreshape 2 3 2\nreshape target_shape=4,3 name=b\nlstm 2 go_backwards=true\n",
     "profile keras2\ninput 12\nreshape 2 3 2\nreshape 4 3 name=b\nlstm 2 go_backwards=true\n"},
    {"input 4 5\ntime_distributed dense 3 activation=tanh name=head\ndropout .25\n",
     "profile keras2\ninput 4 5\ntime_distributed dense 3 activation=tanh name=head\n"
     "dropout 0.25\n"},
    {"input 2 8 3\n time_distributed  bidirectional lstm units=4 return_sequences=true name=both\n"
     "time_distributed flatten\nbidirectional gru 2\n",
     "profile keras2\ninput 2 8 3\n"
     "time_distributed bidirectional lstm 4 return_sequences=true name=both\n"
     "time_distributed flatten\nbidirectional gru 2\n"},
    {"input 8 3\nbranch each=channel\n  shortcut dense units=2 activation=tanh\n  branch\n"
     "    dense 1 name=a\n  branch\n    dense 1\n  concatenate # of two\n  add\n"
     "concatenate axis=1 name=joined\nshortcut\nactivation relu\nadd name=sum\n",
     "profile keras2\ninput 8 3\nbranch each=channel\nshortcut dense 2 activation=tanh\nbranch\n"
     "dense 1 name=a\nbranch\ndense 1\nconcatenate\nadd\nconcatenate axis=1 name=joined\n"
     "shortcut\nactivation relu\nadd name=sum\n"},
    {"input 2 8 3\njitter stddev=0.05\nscale 0.1 each=channel\nscale 0.1 each=row\nrotation 15\n"
     "time_warp 0.2 knots=4\ntime_distributed time_warp .2 knots=2 name=w\nmixup alpha=.2\n",
     "profile keras2\ninput 2 8 3\njitter 0.05\nscale 0.1\nscale 0.1 each=row\nrotation 15\n"
     "time_warp 0.2\ntime_distributed time_warp 0.2 knots=2 name=w\nmixup 0.2\n"},
    {"input 4\nactivation sigmoid\ndropout rate=1e-1\n",
     "profile keras2\ninput 4\nactivation sigmoid\ndropout 0.1\n"},
};

static struct har_net *net_of(const char *text)
{
    struct har_error err = {0};
    struct har_net *net;
    if (har_net_new(&net, text, strlen(text), "test.net", &err) != HAR_OK)
        fail_msg("%s", err.text);
    return net;
}

static void test_canonical(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct har_net *net = net_of(good[i].text), *again = net_of(net->text);
        assert_string_equal(net->text, good[i].canonical);
        assert_string_equal(again->text, good[i].canonical);
        har_net_free(net);
        har_net_free(again);
    }
}

static const struct {
    const char *text, *message;
} bad[] = {
    {"", "x.net: a net without layers"},
    {"input 3\n", "x.net: a net without layers"},
    {"dense 3\n", "x.net:1:1: the line 'input DIMENSIONS' comes before the layers"},
    {"input 8 9\n\n  lsmt 100\n", "x.net:3:3: unknown layer 'lsmt'; did you mean 'lstm'?"},
    {"input 8 9\ntime_distributed dens 100\n",
     "x.net:2:18: unknown layer 'dens'; did you mean 'dense'?"},
    {"input 8 9\nGRU 100\n", "x.net:2:1: unknown layer 'GRU'; did you mean 'gru'?"},
    {"input 8 9\nxyzzy 100\n", "x.net:2:1: unknown layer 'xyzzy'"},
    {"inptu 8 9\n", "x.net:1:1: unknown layer 'inptu'; did you mean 'input'?"},
    {"input 8 9\nlstm 4 retrun_sequences=true\n",
     "x.net:2:8: unknown argument 'retrun_sequences'; did you mean 'return_sequences'?"},
    {"input 8 9\nlstm 4 use_bias=false\n",
     "x.net:2:8: lstm: Keras's argument 'use_bias' isn't supported"},
    {"input 8 9\nflatten input_shape=3\n",
     "x.net:2:9: flatten: Keras's argument 'input_shape' isn't supported"},
    {"input 8 9\nlstm 4 activation=relu\n",
     "x.net:2:8: lstm: Keras's argument 'activation' isn't supported"},
    {"input 8 9\nlstm\n", "x.net:2:1: lstm wants units"},
    {"input 8 9\nlstm 4 5\n", "x.net:2:8: lstm: unexpected '5'"},
    {"input 8 9\nlstm 4 units=5\n", "x.net:2:8: units is given twice"},
    {"input 8 9\nlstm 0\n", "x.net:2:6: units is '0', expected a whole number from 1 to 100000"},
    {"input 8 9\nlstm 4 return_sequences=yes\n",
     "x.net:2:25: return_sequences is 'yes', expected true or false"},
    {"input 8 9\ndropout 1.5\n",
     "x.net:2:9: rate is '1.5', expected a number from 0 to 0.999999999"},
    {"input 8 9\ndropout nan\n",
     "x.net:2:9: rate is 'nan', expected a number from 0 to 0.999999999"},
    {"input 8\ndense 4 activation=rleu\n",
     "x.net:2:20: unknown activation 'rleu'; did you mean 'relu'?"},
    {"input 8\nlstm 4\n", "x.net:2:1: lstm: wants an input (time, channel), not one of rank 1"},
    {"input 8\nreshape 3 3\n",
     "x.net:2:1: reshape: the shapes (8) and (3,3) don't hold as many values"},
    {"input 8\nreshape 2,x\n", "x.net:2:11: dimension 'x', expected 1 to 1000000000"},
    {"input 8\ntime_distributed dense 2\n",
     "x.net:2:18: time_distributed wants an input of two dimensions or more"},
    {"input 8\ntime_distributed\n", "x.net:2:1: time_distributed wants a layer"},
    {"profile keras3\ninput 4 8\ntime_distributed batch_normalization\n",
     "x.net:3:18: batch_normalization: Keras 3's time_distributed takes the statistics of each "
     "step by itself, which isn't supported; leave time_distributed out, or profile keras2"},
    {"input 8\ntime_distributed branch\n", "x.net:2:18: expected a layer, not 'branch'"},
    {"input 8\ndense 2 name=a\ndense 2 name=a\n", "x.net:3:1: the name 'a' is taken"},
    {"input 8\ndense 2 name=a/b\n", "x.net:2:14: a name consists of letters, digits and _"},
    {"input\n", "x.net:1:1: input wants dimensions"},
    {"input 0\n", "x.net:1:7: dimension '0', expected 1 to 1000000000"},
    {"input 3\ninput 3\n", "x.net:2:1: input comes once, before the layers"},
    {"input 3\nprofile keras2\n", "x.net:2:1: profile comes once, first"},
    {"profile keras1\n", "x.net:1:9: unknown profile 'keras1', expected keras2 or keras3"},
    {"input 1000000000 1000000000\n", "x.net:1:1: the input is too large: at most 33554432 values"},
    {"input 1000000\ndense 1000000\n", "x.net:2:1: dense: the net is too large: at most 268435456 "
                                       "weights and 67108864 values a row"},
    {"branch\n", "x.net:1:1: the line 'input DIMENSIONS' comes before the layers"},
    {"input 8\ndense 2\n  branch\ndense 3\n", "x.net:3:3: branch without concatenate after it"},
    {"input 8\n shortcut dense 8\ndense 8\n", "x.net:2:2: shortcut without add after it"},
    {"input 8\ndense 3\n concatenate\n", "x.net:3:2: concatenate without branch"},
    {"input 8\nadd\n", "x.net:2:1: add without shortcut"},
    {"input 8\nbranch\ndense 2\nadd\n",
     "x.net:4:1: add comes before concatenate closes the branch of line 2"},
    {"input 8\nbranch\nshortcut\ndense 2\nconcatenate\n",
     "x.net:5:1: concatenate comes before add closes the shortcut of line 3"},
    {"input 8\nshortcut\ndense 2\n add\n", "x.net:4:2: add: the shapes (8) and (2) differ"},
    {"input 8 2\nbranch\nlstm 2\nbranch\nconcatenate\n",
     "x.net:5:1: concatenate: the shapes (2) and (8,2) differ in more than the axis"},
    {"input 8 2\nbranch\nbranch\nconcatenate axis=0\n",
     "x.net:4:1: concatenate: axis is 0, expected a whole number from 1 to 2 or from -1 to -2 for "
     "the shape (8,2)"},
    {"input 8 2\nbranch each=channels\n",
     "x.net:2:8: unexpected 'each=channels', expected branch or branch each=channel"},
    {"input 8 2\nbranch each=channel\nbranch\n",
     "x.net:3:1: branch each=channel can't stand beside another branch"},
    {"input 8 33\nbranch each=channel\n", "x.net:2:1: 33 channels are more than 32"},
    {"input 8 2\nbranch each=channel\nlstm 2\n dense 2 name=a\ndens 4\n",
     "x.net:5:1: unknown layer 'dens'; did you mean 'dense'?"},
    {"input 8\nbidirectional dense 2\n",
     "x.net:2:15: bidirectional wants lstm or gru, not 'dense'"},
    {"input 8 2\nbidirectional lstm 2 merge_mode=sum\n",
     "x.net:2:22: lstm: Keras's argument 'merge_mode' isn't supported"},
    {"input 8\nbidirectional\n", "x.net:2:1: bidirectional wants a layer"},
    {"input 8\nbrnch\n", "x.net:2:1: unknown layer 'brnch'; did you mean 'branch'?"},
    {"input 8 2\ntime_distributed add\n", "x.net:2:18: time_distributed can't wrap 'add'"},
    {"input 8 4\nrotation 15\n",
     "x.net:2:1: rotation: turns channels by threes (x, y, z), and those "
     "of (8,4) don't divide by 3"},
    {"input 8 9\nbranch each=channel\nrotation 15\n",
     "x.net:3:1: rotation: turns channels by threes (x, y, z), and those of (8,1) don't divide by "
     "3"},
    {"input 8 9\nrotation 200\n", "x.net:2:10: degrees is '200', expected a number from 0 to 180"},
    {"input 8 9\nrotation\n", "x.net:2:1: rotation wants degrees"},
    {"input 9\ntime_warp 0.2\n",
     "x.net:2:1: time_warp: wants an input (time, ...) of two steps or more"},
    {"input 2 1 9\ntime_distributed time_warp 0.2\n",
     "x.net:2:18: time_warp: wants an input (time, ...) of two steps or more"},
    {"input 8 9\ntime_warp 0.2 knots=0\n",
     "x.net:2:21: knots is '0', expected a whole number from 1 to 1000"},
    {"input 8 9\nscale 0.1 each=time\n", "x.net:2:16: unknown each 'time'"},
    {"input 8 9\nscale -1\n", "x.net:2:7: stddev is '-1', expected a number from 0 to 10"},
    {"input 8 9\ntime_distributed mixup 0.2\n", "x.net:2:18: time_distributed can't wrap 'mixup'"},
    {"input 8 9\nbranch\nmixup 0.2\n",
     "x.net:3:1: mixup mixes whole rows and their labels, so it can't stand in a branch or a "
     "shortcut"},
    {"input 8 9\nshortcut\nmixup 0.2\nadd\n",
     "x.net:3:1: mixup mixes whole rows and their labels, so it can't stand in a branch or a "
     "shortcut"},
    {"input 8 9\nshortcut mixup 0.2\nadd\n",
     "x.net:2:10: mixup mixes whole rows and their labels, so it can't stand in a branch or a "
     "shortcut"},
    {"input 8\nshortcut branch\n", "x.net:2:10: shortcut wants a layer, not 'branch'"},
    {"input 8\nden\x01se 4\n", "x.net:2:4: unexpected character 0x01"},
};

static void test_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct har_error err = {0};
        struct har_net *net;
        const enum har_status status =
            har_net_new(&net, bad[i].text, strlen(bad[i].text), "x.net", &err);
        assert_int_equal(status, HAR_USAGE);
        assert_string_equal(err.text, bad[i].message);
        assert_null(net);
    }
}

static void test_counts_and_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "lstm/kernel", "lstm/recurrent_kernel", "lstm/bias",   "dense/kernel",
        "dense/bias",  "dense_1/kernel",        "dense_1/bias"};
    struct har_net *net = net_of(good[0].text);
    assert_int_equal(net->weights, 54706);
    assert_int_equal(net->trained, 54706);
    assert_int_equal(har_net_weight_count(net), 7);
    for (size_t i = 0; i < 7; i++) {
        char name[128];
        har_net_weight(net, i, name);
        assert_string_equal(name, names[i]);
    }
    assert_int_equal(net->output.rank, 1);
    assert_int_equal(net->output.dim[0], 6);
    har_net_free(net);
}

static void check_names(const char *text, size_t count, const char *const *names)
{
    struct har_net *net = net_of(text);
    assert_int_equal(har_net_weight_count(net), count);
    for (size_t i = 0; i < count; i++) {
        char name[128];
        har_net_weight(net, i, name);
        assert_string_equal(name, names[i]);
    }
    har_net_free(net);
}

static void test_names_of_copies(void **state)
{
    (void)state;
    static const char *const directions[] = {"bidirectional/forward/kernel",
                                             "bidirectional/forward/recurrent_kernel",
                                             "bidirectional/forward/bias",
                                             "bidirectional/backward/kernel",
                                             "bidirectional/backward/recurrent_kernel",
                                             "bidirectional/backward/bias",
                                             "lstm/kernel",
                                             "lstm/recurrent_kernel",
                                             "lstm/bias"};
    static const char *const heads[] = {"dense/kernel",  "dense/bias",     "head/kernel",
                                        "head/bias",     "dense_1/kernel", "dense_1/bias",
                                        "head_1/kernel", "head_1/bias"};
    static const char *const twice[] = {"bidirectional/forward/kernel",
                                        "bidirectional/forward/recurrent_kernel",
                                        "bidirectional/forward/bias",
                                        "bidirectional/backward/kernel",
                                        "bidirectional/backward/recurrent_kernel",
                                        "bidirectional/backward/bias",
                                        "bidirectional_1/forward/kernel",
                                        "bidirectional_1/forward/recurrent_kernel",
                                        "bidirectional_1/forward/bias",
                                        "bidirectional_1/backward/kernel",
                                        "bidirectional_1/backward/recurrent_kernel",
                                        "bidirectional_1/backward/bias"};
    check_names("input 4 2\nbidirectional lstm 2 return_sequences=true\nlstm 2\n", 9, directions);
    check_names("input 4 2\nbidirectional lstm 2 return_sequences=true\nbidirectional gru 2\n", 12,
                twice);
    check_names("input 4 2\nbranch each=channel\ndense 3\ndense 2 name=head\nconcatenate\n", 8,
                heads);
}

static void test_parameters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t weights;
    } counts[] = {{"input 128 9\ngru 100\n", 33300},
                  {"input 128 9\nbidirectional lstm 64\n", 2 * 4 * 64 * (9 + 64 + 1)},
                  {"input 128 9\nbranch each=channel\nlstm 3\nconcatenate\n", 9 * 60}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct har_net *net = net_of(counts[i].text);
        assert_int_equal(net->weights, counts[i].weights);
        har_net_free(net);
    }
}

static void test_time_distributed_shapes(void **state)
{
    (void)state;
    struct har_net *net = net_of("input 4 14 64\ntime_distributed flatten\nlstm 3\n");
    const struct har_shape out = har_layer_output(net->layer[0]);
    assert_int_equal(net->layer[0]->fold, 4);
    assert_int_equal(out.rank, 2);
    assert_int_equal(out.dim[0], 4);
    assert_int_equal(out.dim[1], 896);
    har_net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical),        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_counts_and_names), cmocka_unit_test(test_names_of_copies),
        cmocka_unit_test(test_parameters),       cmocka_unit_test(test_time_distributed_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
