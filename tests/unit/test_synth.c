/* Simulated people: the same bytes for a seed, the right rows, sound physics. */
#include "recordings.h"

#include "base/checksum.h"
#include "data/synth.h"
#include "stream/header.h"

#include <math.h>

static struct stream simulate(const struct har_synth_options *options)
{
    int fd;
    struct har_error err = {0};
    struct har_writer *writer = open_writer(&fd, NULL);
    assert_int_equal(har_synth_write(writer, options, &err), HAR_OK);
    return take_stream(writer, fd);
}

static void same_seed_same_bytes(void **unused)
{
    (void)unused;
    const struct har_synth_options one = {.people = 3, .train = 2, .seconds = 4, .seed = 11};
    struct har_synth_options other = one;
    other.seed = 12;
    struct stream a = simulate(&one), b = simulate(&one), c = simulate(&other);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.bytes, b.bytes, a.size);
    assert_int_equal(a.size, c.size);
    assert_memory_not_equal(a.bytes, c.bytes, a.size);
    free(a.bytes);
    free(b.bytes);
    free(c.bytes);
}

/* The very numbers, on every machine and with every compiler. */
static void golden_bytes(void **unused)
{
    (void)unused;
    const struct har_synth_options options = {.people = 2, .train = 1, .seconds = 10, .seed = 7};
    struct result result = {0};
    struct stream stream = simulate(&options);
    read_result(&result, &stream);
    assert_int_equal(har_crc32(0, values(&result.rows, "x"), result.rows.rows * 24), 0x793f7a10);
    free_result(&result);
    free(stream.bytes);
}

/* A person is the same, however many others there are. */
static void people_are_independent(void **unused)
{
    (void)unused;
    const struct har_synth_options few = {.people = 2, .train = 2, .seconds = 4, .seed = 5};
    struct har_synth_options many = few;
    many.people = 4;
    struct result a = {0}, b = {0};
    struct stream first = simulate(&few), second = simulate(&many);
    read_result(&a, &first);
    read_result(&b, &second);
    assert_int_equal(a.rows.rows, 2 * 6 * 4 * 50);
    assert_int_equal(b.rows.rows, 4 * 6 * 4 * 50);
    assert_memory_equal(values(&a.rows, "x"), values(&b.rows, "x"), a.rows.rows * 24);
    free_result(&a);
    free_result(&b);
    free(first.bytes);
    free(second.bytes);
}

static void rows_are_right(void **unused)
{
    (void)unused;
    enum { people = 10, seconds = 8, each = seconds * 50 };
    const struct har_synth_options options = {
        .people = people, .train = har_synth_train(people), .seconds = seconds, .seed = 1};
    struct result result = {0};
    struct stream stream = simulate(&options);
    read_result(&result, &stream);
    const float *x = values(&result.rows, "x");
    const int32_t *y = values(&result.rows, "y"), *subject = values(&result.rows, "subject");
    const unsigned char *split = values(&result.rows, "split");
    const double *time = values(&result.rows, "time");
    size_t count[6] = {0};
    double level = 0;
    for (size_t i = 0; i < result.rows.rows; i++) {
        count[y[i]]++;
        assert_int_equal(subject[i], i / (6 * each) + 1);
        assert_int_equal(split[i], subject[i] <= 7 ? 1 : 3);
        assert_true(time[i] == (double)(i % (6 * each)) / 50);
        for (size_t c = 0; c < 6; c++)
            assert_true(isfinite(x[6 * i + c]) && fabsf(x[6 * i + c]) < (c < 3 ? 4.0F : 10.0F));
        level += sqrt((double)(x[6 * i] * x[6 * i] + x[6 * i + 1] * x[6 * i + 1] +
                               x[6 * i + 2] * x[6 * i + 2]));
    }
    for (size_t k = 0; k < 6; k++)
        assert_int_equal(count[k], people * each);
    assert_true(fabs(level / (double)result.rows.rows - 1.0) < 0.1); /* gravity, on the whole */
    assert_string_equal(har_header_text(result.header, "source", ""), "simulated people");
    assert_string_equal(har_header_item(result.header, "labels", 2), "WALKING_DOWNSTAIRS");
    free_result(&result);
    free(stream.bytes);
}

static void shares(void **unused)
{
    (void)unused;
    assert_int_equal(har_synth_train(30), 21);
    assert_int_equal(har_synth_train(10), 7);
    assert_int_equal(har_synth_train(2), 1);
    assert_int_equal(har_synth_train(1), 1);
    struct har_error err = {0};
    int fd;
    struct har_writer *writer = open_writer(&fd, NULL);
    const struct har_synth_options options = {.people = 3, .train = 4, .seconds = 1};
    assert_int_equal(har_synth_write(writer, &options, &err), HAR_USAGE);
    assert_string_equal(err.text, "--train 4: there are only 3 people");
    har_writer_free(writer);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_seed_same_bytes),
                                       cmocka_unit_test(golden_bytes),
                                       cmocka_unit_test(people_are_independent),
                                       cmocka_unit_test(rows_are_right), cmocka_unit_test(shares)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
