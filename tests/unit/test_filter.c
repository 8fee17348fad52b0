/* har-filter's stage: alignment, edges, framing, channels, refusals. */
#include "recordings.h"

#include "data/filter.h"
#include "stream/header.h"

#include <math.h>

#define CHANNELS                                                       \
    "'channels':['acc_x','acc_y','acc_z','gyro_x','gyro_y','gyro_z']," \
    "'units':['g','g','g','rad/s','rad/s','rad/s']"
#define RECORDINGS "'type':'recordings','source':'test','axes':['sample','channel'],"

/* JSON with ' for ". */
static const char *quoted(const char *text)
{
    static char json[1024];
    snprintf(json, sizeof json, "{%s}", text);
    for (char *c = json; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return json;
}

/* ROWS samples of WIDTH channels in recordings of 60 rows, with a user's own tensor. */
static void fill(struct har_table *table, size_t rows, size_t width)
{
    struct har_error err = {0};
    *table = (struct har_table){0};
    add_column(table, "x", HAR_F4, width);
    add_column(table, "recording", HAR_I4, 0);
    add_column(table, "mine", HAR_I1, 2);
    assert_int_equal(har_table_extend(table, rows, &err), HAR_OK);
    float *x = values(table, "x");
    int32_t *recording = values(table, "recording");
    signed char *mine = values(table, "mine");
    for (size_t i = 0; i < rows; i++) {
        for (size_t c = 0; c < width; c++)
            x[i * width + c] = (float)((i * 7 + c * 5) % 17) / 4.0F - 1.0F;
        recording[i] = (int32_t)(i / 60);
        mine[2 * i + 1] = (signed char)(i % 100);
    }
}

static struct result filter_rows(struct har_filter_options options, const char *header,
                                 const struct har_table *table, size_t step)
{
    struct har_error err = {0};
    struct har_filter *filter;
    if (options.preset != NULL)
        assert_int_equal(har_filter_preset(&options, &err), HAR_OK);
    assert_int_equal(har_filter_check(&options, &err), HAR_OK);
    assert_int_equal(har_filter_new(&filter, &options, &err), HAR_OK);
    struct result result = run_stage(&har_filter_stage, filter, header, table, step);
    har_filter_free(filter);
    return result;
}

/* Zeros beyond both ends of each recording, and every row beside its own tensors. */
static void median_by_hand(void **unused)
{
    (void)unused;
    struct har_table table = {0};
    struct har_error err = {0};
    static const float in[] = {4, 1, 3, 5, 9, -2, -7, -7, 6};
    static const float out[] = {1, 3, 3, 5, 5, -2, -7, -7, 0};
    add_column(&table, "x", HAR_F4, 1);
    add_column(&table, "recording", HAR_I4, 0);
    assert_int_equal(har_table_extend(&table, 9, &err), HAR_OK);
    memcpy(values(&table, "x"), in, sizeof in);
    for (size_t i = 5; i < 9; i++)
        ((int32_t *)values(&table, "recording"))[i] = 7;
    for (size_t step = 1; step <= 9; step++) {
        struct result result = filter_rows((struct har_filter_options){.median = 3},
                                           quoted(RECORDINGS "'channels':['a']"), &table, step);
        assert_int_equal(result.status, HAR_OK);
        assert_memory_equal(values(&result.rows, "x"), out, sizeof out);
        assert_memory_equal(values(&result.rows, "recording"), values(&table, "recording"), 36);
        free_result(&result);
    }
    har_table_free(&table);
}

static void any_framing(void **unused)
{
    (void)unused;
    static const size_t steps[] = {1, 2, 7, 59, 61, 150};
    static const struct har_filter_options options[] = {
        {.preset = "uci-har"},
        {.median = 9, .highpass = 0.5, .lowpass = 10, .order = 5},
        {.lowpass = 20},
    };
    const char *header = quoted(RECORDINGS CHANNELS ",'rate':50");
    struct har_table table;
    fill(&table, 150, 6);
    for (size_t o = 0; o < sizeof options / sizeof *options; o++) {
        struct result whole = filter_rows(options[o], header, &table, 1000);
        assert_int_equal(whole.status, HAR_OK);
        assert_memory_equal(values(&whole.rows, "mine"), values(&table, "mine"), 300);
        for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
            struct result parts = filter_rows(options[o], header, &table, steps[s]);
            assert_int_equal(parts.status, HAR_OK);
            assert_same_rows(&whole.rows, &parts.rows);
            free_result(&parts);
        }
        free_result(&whole);
    }
    har_table_free(&table);
}

/* A recording's rows don't depend on the recording before. */
static void recordings_begin_anew(void **unused)
{
    (void)unused;
    const char *header = quoted(RECORDINGS CHANNELS ",'rate':50");
    struct har_table table;
    fill(&table, 120, 6);
    float *x = values(&table, "x");
    memcpy(x + 60 * 6, x, 60 * 6 * sizeof *x);
    struct result result =
        filter_rows((struct har_filter_options){.preset = "uci-har"}, header, &table, 1000);
    const float *out = values(&result.rows, "x");
    assert_memory_equal(out + 60 * 9, out, 60 * 9 * sizeof *out);
    free_result(&result);
    har_table_free(&table);
}

static void assert_list(const json_t *header, const char *key, const char *expected)
{
    char text[256] = "";
    for (size_t i = 0; i < har_header_count(header, key); i++) {
        strncat(text, i > 0 ? " " : "", 2);
        strncat(text, har_header_item(header, key, i), 40);
    }
    assert_string_equal(text, expected);
}

static void header_says(void **unused)
{
    (void)unused;
    struct har_table table;
    fill(&table, 10, 6);
    struct result result =
        filter_rows((struct har_filter_options){.preset = "uci-har"},
                    quoted(RECORDINGS CHANNELS ",'rate':50,'recipe':{'window':{}}"), &table, 100);
    assert_list(result.header, "channels",
                "total_acc_x total_acc_y total_acc_z body_acc_x body_acc_y body_acc_z "
                "body_gyro_x body_gyro_y body_gyro_z");
    assert_list(result.header, "units", "g g g g g g rad/s rad/s rad/s");
    char *recipe = json_dumps(json_object_get(result.header, "recipe"), JSON_COMPACT);
    assert_string_equal(recipe, "{\"window\":{},\"filter\":\"uci-har\"}");
    free(recipe);
    free_result(&result);

    result =
        filter_rows((struct har_filter_options){.median = 3, .lowpass = 5},
                    quoted(RECORDINGS CHANNELS ",'rate':50,'recipe':{'filter':'x'}"), &table, 100);
    assert_list(result.header, "channels", "acc_x acc_y acc_z gyro_x gyro_y gyro_z");
    recipe = json_dumps(json_object_get(result.header, "recipe"), JSON_COMPACT);
    assert_string_equal(recipe, "{\"filter\":[\"x\",{\"median\":3,\"lowpass\":5.0,\"order\":3}]}");
    free(recipe);
    free_result(&result);
    har_table_free(&table);
}

static void refused_recordings(void **unused)
{
    (void)unused;
    static const struct {
        struct har_filter_options options;
        const char *header;
        enum har_status status;
        const char *text;
    } cases[] = {
        {{.preset = "uci-har"},
         CHANNELS,
         HAR_INPUT,
         "in: frame 0: the header has no rate, --lowpass needs it"},
        {{.preset = "uci-har"},
         CHANNELS ",'rate':40",
         HAR_USAGE,
         "--lowpass: a cutoff of 20 Hz: at a rate of 40 Hz it must lie between 0 and 20 Hz"},
        {{.preset = "uci-har"},
         "'rate':50,'channels':['acc_x','acc_y','acc_z','a','b','c']",
         HAR_INPUT,
         "in: frame 0: the channels are acc_x acc_y acc_z a b c; the preset uci-har wants "
         "acc_x acc_y acc_z (g) gyro_x gyro_y gyro_z (rad/s)"},
        {{.gravity = 0.3},
         "'rate':50,'channels':['a','b','c','d','e','f']",
         HAR_INPUT,
         "in: frame 0: the channels are a b c d e f; --gravity wants some named acc_…"},
        {{.drift = 0.3},
         "'rate':50,'channels':['a','b','c','d','e','f']",
         HAR_INPUT,
         "in: frame 0: the channels are a b c d e f; --drift wants some named gyro_…"},
        {{.median = 3}, "'rate':50", HAR_INPUT, "in: frame 0: the header names no channels"},
        {{.median = 3},
         "'channels':['a']",
         HAR_INPUT,
         "in: frame 1: x has shape (10,6), expected (rows,1)"},
    };
    struct har_table table;
    fill(&table, 10, 6);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char header[512];
        snprintf(header, sizeof header, RECORDINGS "%s", cases[i].header);
        struct result result = filter_rows(cases[i].options, quoted(header), &table, 100);
        assert_string_equal(result.err.text, cases[i].text);
        assert_int_equal(result.status, cases[i].status);
        free_result(&result);
    }
    har_table_free(&table);
}

static void refused_rows(void **unused)
{
    (void)unused;
    const char *header = quoted(RECORDINGS CHANNELS ",'rate':50");
    struct har_table table;
    fill(&table, 130, 6);
    int32_t *recording = values(&table, "recording");
    recording[125] = 0;
    struct result result =
        filter_rows((struct har_filter_options){.median = 3}, header, &table, 100);
    assert_int_equal(result.status, HAR_INPUT);
    assert_string_equal(result.err.text, "in: frame 2: row 25: recording 0 goes on after recording "
                                         "2, expected its rows together");
    ((float *)values(&table, "x"))[6 * 4 + 2] = NAN;
    result = filter_rows((struct har_filter_options){.median = 3}, header, &table, 100);
    assert_int_equal(result.status, HAR_INPUT);
    assert_string_equal(result.err.text,
                        "in: frame 1: row 4: x[2] is nan, expected a finite number");
    har_table_free(&table);
}

static void refused_options(void **unused)
{
    (void)unused;
    static const struct har_filter_options cases[] = {
        {0},
        {.median = 4},
        {.order = 3, .median = 3},
        {.gravity_order = 3, .median = 3},
        {.drift_order = 3, .median = 3},
        {.lowpass = 3, .highpass = 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct har_error err = {0};
        assert_int_equal(har_filter_check(&cases[i], &err), HAR_USAGE);
        assert_string_not_equal(err.text, "");
    }
    struct har_error err = {0};
    struct har_filter_options options = {.preset = "uci"};
    assert_int_equal(har_filter_preset(&options, &err), HAR_USAGE);
    options = (struct har_filter_options){.preset = "uci-har", .median = 3};
    assert_int_equal(har_filter_preset(&options, &err), HAR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_by_hand),        cmocka_unit_test(any_framing),
        cmocka_unit_test(recordings_begin_anew), cmocka_unit_test(header_says),
        cmocka_unit_test(refused_recordings),    cmocka_unit_test(refused_rows),
        cmocka_unit_test(refused_options)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
