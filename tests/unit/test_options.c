/* Option tables: parsing, faults by their text, the record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/options.h"

#include <stdlib.h>
#include <string.h>

struct values {
    bool labels;
    size_t length;
    double rate;
    struct har_seed seed;
    const char *output;
    struct har_texts texts;
};

static const struct values defaults = {.length = 128, .rate = 50};

/* Parses the words of LINE (which are cut in place) into VALUES. */
static enum har_status parse(struct values *values, char *line, struct har_operands *left,
                             char *words[24], json_t *record, struct har_error *err)
{
    const struct har_option own[] = {
        {"length", 'l', HAR_OPTION_COUNT, &values->length, 1, 1000000, "N", "samples", true},
        {"rate", 0, HAR_OPTION_NUMBER, &values->rate, 0.5, 1000, "HZ", "rate", true},
        {"within-labels", 'w', HAR_OPTION_FLAG, &values->labels, 0, 0, NULL, "cut", true},
        {"text", 0, HAR_OPTION_FILES, &values->texts, 0, 0, "TEXT", "texts", true},
        {0},
    };
    const struct har_option shared[] = {
        {"seed", 0, HAR_OPTION_SEED, &values->seed, 0, 0, "N", "seed", true},
        {"output", 'o', HAR_OPTION_TEXT, &values->output, 0, 0, "FILE", "output", false},
        {0},
    };
    const struct har_option *const tables[] = {own, shared};
    static char program[] = "har-window";
    int count = 0;
    words[count++] = program;
    for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    enum har_status status = har_options_parse(left, count, words, tables, 2, err);
    if (status == HAR_OK && record != NULL)
        status = har_options_record(record, own, err);
    if (status == HAR_OK && record != NULL)
        status = har_options_record(record, shared, err);
    return status;
}

static void takes_all_forms(void **state)
{
    (void)state;
    char line[] =
        "a -l64 --rate=25.5 b --within-labels --seed 7 -o f --text x --text y -- --length";
    char *words[24];
    struct values values = defaults;
    struct har_operands left;
    struct har_error err = {0};
    assert_int_equal(parse(&values, line, &left, words, NULL, &err), HAR_OK);
    assert_int_equal(values.length, 64);
    assert_true(values.rate == 25.5);
    assert_true(values.labels);
    assert_true(values.seed.given && values.seed.value == 7);
    assert_string_equal(values.output, "f");
    assert_int_equal(values.texts.count, 2);
    assert_string_equal(values.texts.text[1], "y");
    assert_int_equal(left.count, 3);
    assert_string_equal(left.operand[0], "a");
    assert_string_equal(left.operand[1], "b");
    assert_string_equal(left.operand[2], "--length");
    assert_int_equal(left.givens, 6);
    assert_true(har_options_given(&left, "length") && har_options_given(&left, "text"));
    assert_false(har_options_given(&left, "threads"));
}

static void takes_negative_numbers(void **state)
{
    (void)state;
    char line[] = "-1 -w -.5e3 --rate 2 -2x -l 3 -- -w -9";
    char *words[24];
    struct values values = defaults;
    struct har_operands left;
    struct har_error err = {0};
    const char *operands[] = {"-1", "-.5e3", "-2x", "-w", "-9"};
    assert_int_equal(parse(&values, line, &left, words, NULL, &err), HAR_OK);
    assert_int_equal(values.length, 3);
    assert_true(values.labels && values.rate == 2);
    assert_int_equal(left.count, 5);
    for (size_t i = 0; i < left.count; i++)
        assert_string_equal(left.operand[i], operands[i]);
    assert_null(left.operand[left.count]);
}

static void takes_digits_that_are_options(void **state)
{
    (void)state;
    bool one = false;
    const struct har_option table[] = {
        {"one", '1', HAR_OPTION_FLAG, &one, 0, 0, NULL, "", false},
        {0},
    };
    const struct har_option *const tables[] = {table};
    char program[] = "har-x", word[] = "-1";
    char *words[] = {program, word, NULL};
    struct har_operands left;
    struct har_error err = {0};
    assert_int_equal(har_options_parse(&left, 2, words, tables, 1, &err), HAR_OK);
    assert_true(one);
    assert_int_equal(left.count, 0);
}

static void names_every_fault(void **state)
{
    static const struct {
        const char *line, *text;
    } cases[] = {
        {"--length 12x", "--length: '12x' isn't a whole number, expected 1 to 1000000"},
        {"--length=", "--length: '' isn't a whole number, expected 1 to 1000000"},
        {"--length -3", "--length: '-3' isn't a whole number, expected 1 to 1000000"},
        {"-l 0x10", "--length: '0x10' isn't a whole number, expected 1 to 1000000"},
        {"--length 0", "--length: 0 is out of range, expected 1 to 1000000"},
        {"--length 99999999999999999999",
         "--length: '99999999999999999999' isn't a whole number, expected 1 to 1000000"},
        {"--rate nan", "--rate: 'nan' isn't a number, expected 0.5 to 1000"},
        {"--rate 0x1p3", "--rate: '0x1p3' isn't a number, expected 0.5 to 1000"},
        {"--rate 5,0", "--rate: '5,0' isn't a number, expected 0.5 to 1000"},
        {"--rate 1e999", "--rate: '1e999' isn't a number, expected 0.5 to 1000"},
        {"--rate 1e4", "--rate: 1e4 is out of range, expected 0.5 to 1000"},
        {"--seed 9223372036854775808",
         "--seed: '9223372036854775808' isn't a whole number, expected 0 to 9223372036854775807"},
        {"--lenth 5", "unknown option '--lenth'; did you mean '--length'?"},
        {"--wl", "unknown option '--wl'; did you mean '--within-labels'?"},
        {"--with_lab", "unknown option '--with_lab'; did you mean '--within-labels'?"},
        {"--rtae 5", "unknown option '--rtae'; did you mean '--rate'?"},
        {"--zzz --rate x", "unknown option '--zzz'"},
        {"-z", "unknown option '-z'"},
        {"-w1", "unknown option '-1'"},
        {"-.", "unknown option '-.'"},
        {"--within-labels=3", "--within-labels takes no argument"},
        {"a --length", "--length: its argument is missing, expected --length N"},
        {"-o", "--output: its argument is missing, expected --output FILE"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[128], *words[24];
        strcpy(line, cases[i].line);
        struct values values = defaults;
        struct har_operands left;
        struct har_error err = {0};
        assert_int_equal(parse(&values, line, &left, words, NULL, &err), HAR_USAGE);
        assert_string_equal(err.text, cases[i].text);
        assert_int_equal(err.status, HAR_USAGE);
    }
}

static void a_fault_does_not_hide_what_follows(void **state)
{
    (void)state;
    char line[] = "--zzz -o file a", *words[24];
    struct values values = defaults;
    struct har_operands left;
    struct har_error err = {0};
    assert_int_equal(parse(&values, line, &left, words, NULL, &err), HAR_USAGE);
    assert_string_equal(err.text, "unknown option '--zzz'");
    assert_string_equal(values.output, "file");
    assert_int_equal(left.count, 1);
}

static void names_ambiguity(void **state)
{
    (void)state;
    const bool flag = false;
    const struct har_option table[] = {
        {"step", 0, HAR_OPTION_FLAG, (void *)(uintptr_t)&flag, 0, 0, NULL, "", false},
        {"steady", 0, HAR_OPTION_FLAG, (void *)(uintptr_t)&flag, 0, 0, NULL, "", false},
        {0},
    };
    const struct har_option *const tables[] = {table};
    char program[] = "har-x", word[] = "--ste";
    char *words[] = {program, word, NULL};
    struct har_operands left;
    struct har_error err = {0};
    assert_int_equal(har_options_parse(&left, 2, words, tables, 1, &err), HAR_USAGE);
    assert_string_equal(err.text, "option '--ste' is ambiguous: '--step' or '--steady'?");
}

static void records_what_bears_on_the_result(void **state)
{
    (void)state;
    static const struct {
        const char *line, *json;
    } cases[] = {
        {"", "{\"length\":128,\"rate\":50.0}"},
        {"-l 5 -w --seed 9223372036854775807 -o f --text x",
         "{\"length\":5,\"rate\":50.0,\"within-labels\":true,\"text\":[\"x\"],"
         "\"seed\":9223372036854775807}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[128], *words[24];
        strcpy(line, cases[i].line);
        struct values values = defaults;
        struct har_operands left;
        struct har_error err = {0};
        json_t *record = json_object();
        assert_int_equal(parse(&values, line, &left, words, record, &err), HAR_OK);
        char *json = json_dumps(record, JSON_COMPACT);
        assert_string_equal(json, cases[i].json);
        free(json);
        json_decref(record);
    }
}

/* A default that couldn't be given stands for nothing. */
static void leaves_out_what_isnt_in_range(void **state)
{
    (void)state;
    static size_t none = 0, some = 1;
    static double below = -1, inside = 2;
    const struct har_option table[] = {
        {"none", 0, HAR_OPTION_COUNT, &none, 1, 9, "N", "", true},
        {"some", 0, HAR_OPTION_COUNT, &some, 1, 9, "N", "", true},
        {"below", 0, HAR_OPTION_NUMBER, &below, 0, 2, "X", "", true},
        {"inside", 0, HAR_OPTION_NUMBER, &inside, 0, 2, "X", "", true},
        {0},
    };
    struct har_error err = {0};
    json_t *record = json_object();
    assert_int_equal(har_options_record(record, table, &err), HAR_OK);
    char *json = json_dumps(record, JSON_COMPACT);
    assert_string_equal(json, "{\"some\":1,\"inside\":2.0}");
    free(json);
    json_decref(record);
}

static void refuses_to_record_what_isnt_text(void **state)
{
    (void)state;
    char line[] = "--text \xff\xfe", *words[24];
    struct values values = defaults;
    struct har_operands left;
    struct har_error err = {0};
    json_t *record = json_object();
    assert_int_equal(parse(&values, line, &left, words, record, &err), HAR_USAGE);
    assert_string_equal(err.text, "--text: can't be recorded, expected UTF-8");
    json_decref(record);
}

static void says_open_ranges(void **state)
{
    (void)state;
    size_t count;
    double number;
    struct har_error err = {0};
    assert_int_equal(har_read_count(&count, "0", 1, 0x1p60, "--step", &err), HAR_USAGE);
    assert_string_equal(err.text, "--step: 0 is out of range, expected at least 1");
    assert_int_equal(har_read_number(&number, "-1", 0, 1.0 / 0.0, "--rate", &err), HAR_USAGE);
    assert_string_equal(err.text, "--rate: -1 is out of range, expected at least 0");
    assert_int_equal(har_read_number(&number, "1e-3", 0, 1, "--rate", &err), HAR_OK);
    assert_true(number == 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_all_forms),
        cmocka_unit_test(takes_negative_numbers),
        cmocka_unit_test(takes_digits_that_are_options),
        cmocka_unit_test(names_every_fault),
        cmocka_unit_test(a_fault_does_not_hide_what_follows),
        cmocka_unit_test(names_ambiguity),
        cmocka_unit_test(records_what_bears_on_the_result),
        cmocka_unit_test(leaves_out_what_isnt_in_range),
        cmocka_unit_test(refuses_to_record_what_isnt_text),
        cmocka_unit_test(says_open_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
