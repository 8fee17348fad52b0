/* The operations by which make bench reckons its rates, beside sums written out by hand. */
#include "../bench/flop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct flop flop_of(const char *text)
{
    struct har_error err = {0};
    struct har_net *net = NULL;
    assert_int_equal(har_net_new(&net, text, strlen(text), "net", &err), HAR_OK);
    const struct flop flop = flop_of_row(net);
    har_net_free(net);
    return flop;
}

static void test_nets(void **state)
{
    (void)state;
    const struct {
        const char *net;
        double input; /* products with the net's input, whose gradient nobody needs */
        double rest;
    } rows[] = {
        /* The state before the first step is zeros. */
        {"input 128 9\nlstm 100\ndense 6 activation=softmax\n", 128. * 9 * 400,
         127. * 100 * 400 + 100 * 6},
        {"input 128 9\nreshape 4 32 9\ntime_distributed conv1d 64 kernel_size=3\n"
         "time_distributed conv1d 16 kernel_size=3 activation=relu\ntime_distributed flatten\n"
         "lstm 10\ndense 6 activation=softmax\n",
         4. * 30 * 3 * 9 * 64, 4. * 28 * 3 * 64 * 16 + 4. * 28 * 16 * 40 + 3. * 10 * 40 + 10 * 6},
        {"input 128 9\nreshape 4 1 32 9\nconv_lstm2d 64 kernel_size=1,3\nflatten\n"
         "dense 6 activation=softmax\n",
         4. * 30 * 3 * 9 * 256, 3. * 30 * 3 * 64 * 256 + 30. * 64 * 6},
        {"input 20 2\nbidirectional gru 5 return_sequences=true\nflatten\n"
         "dense 6 activation=softmax\n",
         2 * 20. * 2 * 15, 2 * 19. * 5 * 15 + 20. * 10 * 6},
        {"input 4 3\ndense 6\nflatten\ndense 2 activation=softmax\n", 4. * 3 * 6, 24. * 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct flop flop = flop_of(rows[i].net);
        assert_true(flop.predict == 2 * (rows[i].input + rows[i].rest));
        assert_true(flop.train == 2 * (2 * rows[i].input + 3 * rows[i].rest));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
