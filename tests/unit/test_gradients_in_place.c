/* Layers that work in place, in front of a split: what reads their output afterwards finds it. A
 * net gives the same with a layer that changes nothing, and the same gradients. */
#include "gradients.h"

static const struct pair {
    const char *with, *without;
} pairs[] = {
    {"input 4 3\nconv1d 3 kernel_size=3 padding=same\ndropout 0\nshortcut\nactivation relu\nadd\n"
     "flatten\ndense 3 activation=softmax\n",
     "input 4 3\nconv1d 3 kernel_size=3 padding=same\nshortcut\nactivation relu\nadd\nflatten\n"
     "dense 3 activation=softmax\n"},
    {"input 4\ndense 4\ndropout 0\nbranch\nactivation relu\nbranch\ndense 2\nconcatenate\n"
     "dense 3 activation=softmax\n",
     "input 4\ndense 4\nbranch\nactivation relu\nbranch\ndense 2\nconcatenate\n"
     "dense 3 activation=softmax\n"},
    {"input 4\ndense 4\ndropout 0\nbranch\nbranch\nactivation relu\nconcatenate\n"
     "dense 3 activation=softmax\n",
     "input 4\ndense 4\nbranch\nbranch\nactivation relu\nconcatenate\n"
     "dense 3 activation=softmax\n"},
    {"input 4\ndense 4\ndropout 0\nreshape 2 2\nshortcut\ndropout 0\nactivation tanh\nadd\n"
     "flatten\ndense 3 activation=softmax\n",
     "input 4\ndense 4\nreshape 2 2\nshortcut\nactivation tanh\nadd\nflatten\n"
     "dense 3 activation=softmax\n"},
    {"input 4\ndense 4 activation=tanh\nshortcut\ndropout 0\nshortcut\nactivation relu\nadd\n"
     "add\ndense 3 activation=softmax\n",
     "input 4\ndense 4 activation=tanh\nshortcut\nshortcut\nactivation relu\nadd\nadd\n"
     "dense 3 activation=softmax\n"},
};

static void check_pair(const struct pair *pair)
{
    struct har_net *net[2] = {net_of(pair->with), net_of(pair->without)};
    struct trial trial[2];
    for (size_t i = 0; i < 2; i++) {
        trial_start(&trial[i], net[i]);
        net_gradient(&trial[i]);
    }
    const size_t outputs = HAR_SLICE * trial[0].width * sizeof(har_real);
    assert_memory_equal(har_workspace_output(trial[0].space), har_workspace_output(trial[1].space),
                        outputs);
    assert_int_equal(net[0]->trained, net[1]->trained);
    assert_memory_equal(trial[0].slice.gradients, trial[1].slice.gradients,
                        net[0]->trained * sizeof(har_real));
    for (size_t i = 0; i < 2; i++) {
        trial_end(&trial[i]);
        har_net_free(net[i]);
    }
}

static void test_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        check_pair(&pairs[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pairs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
