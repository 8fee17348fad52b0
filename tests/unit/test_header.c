/* Headers: reading with defaults, lists, recipes, and what makes two of them differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "stream/header.h"

#include <stdlib.h>

static json_t *header_of(const char *json)
{
    json_t *header = json_loads(json, 0, NULL);
    assert_non_null(header);
    return header;
}

static void reads_with_defaults(void **state)
{
    (void)state;
    json_t *header = header_of("{\"type\":\"windows\",\"rate\":50,\"labels\":[\"A\",\"B\"]}");
    assert_string_equal(har_header_text(header, "type", "?"), "windows");
    assert_string_equal(har_header_text(header, "source", "?"), "?");
    assert_string_equal(har_header_text(header, "rate", "?"), "?");
    assert_true(har_header_number(header, "rate", 0) == 50);
    assert_true(har_header_number(header, "type", -1) == -1);
    assert_int_equal(har_header_count(header, "labels"), 2);
    assert_string_equal(har_header_item(header, "labels", 1), "B");
    assert_null(har_header_item(header, "labels", 2));
    assert_int_equal(har_header_count(header, "channels"), 0);
    assert_int_equal(har_header_count(NULL, "channels"), 0);
    json_decref(header);
}

static void sets_lists_and_recipes(void **state)
{
    (void)state;
    static const char *const channels[] = {"acc_x", "acc_y"};
    struct har_error err = {0};
    json_t *header = har_header_new("recordings", "csv");
    assert_int_equal(har_header_set_list(header, "channels", channels, 2, &err), HAR_OK);
    assert_int_equal(har_header_set_recipe(header, "filter", json_string("uci-har"), &err), HAR_OK);
    json_t *copy = json_copy(header);
    assert_int_equal(har_header_set_recipe(copy, "window",
                                           json_pack("{s:i,s:i}", "length", 128, "step", 64), &err),
                     HAR_OK);
    char *text = json_dumps(header, JSON_COMPACT);
    assert_string_equal(text, "{\"type\":\"recordings\",\"source\":\"csv\",\"channels\":[\"acc_x\","
                              "\"acc_y\"],\"recipe\":{\"filter\":\"uci-har\"}}");
    free(text);
    text = json_dumps(json_object_get(copy, "recipe"), JSON_COMPACT);
    assert_string_equal(text, "{\"filter\":\"uci-har\",\"window\":{\"length\":128,\"step\":64}}");
    free(text);
    json_decref(copy);
    json_decref(header);
}

static void refuses_lists_that_arent_text(void **state)
{
    (void)state;
    static const char *const channels[] = {"\xff"};
    struct har_error err = {0};
    json_t *header = har_header_new("recordings", "csv");
    assert_int_equal(har_header_set_list(header, "channels", channels, 1, &err), HAR_INPUT);
    json_decref(header);
}

static void lists_end_where_room_does(void **state)
{
    (void)state;
    static const char *const words[] = {"walk", "sit", "a long one", "lie"};
    static const struct {
        size_t room;
        const char *text;
    } cases[] = {{26, "walk, sit, ..."},
                 {27, "walk, sit, a long one, ..."},
                 {32, "walk, sit, a long one, lie"},
                 {8, "..."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[40] = "";
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            har_text_list(text, cases[i].room, words[w]);
        assert_string_equal(text, cases[i].text);
    }
}

static void checks_what_the_format_knows(void **state)
{
    (void)state;
    static const struct {
        const char *header, *text;
    } cases[] = {
        {"{}", ""},
        {"{\"type\":\"windows\",\"rate\":50,\"labels\":[\"a\",\"b\"],\"units\":[\"g\",\"g\"]}", ""},
        {"{\"rate\":0}", "header: rate has the wrong type, expected a number above 0"},
        {"{\"labels\":[\"a\",1]}", "header: labels has the wrong type, expected a list of texts"},
        {"{\"labels\":[\"a\",\"b\",\"a\"]}", "header: labels: 'a' comes twice"},
        {"{\"channels\":[\"x\",\"x\"]}", "header: channels: 'x' comes twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct har_error err = {0};
        json_t *header = header_of(cases[i].header);
        const bool good = cases[i].text[0] == '\0';
        assert_int_equal(har_header_check(header, &err), good ? HAR_OK : HAR_INPUT);
        assert_string_equal(err.text, cases[i].text);
        json_decref(header);
    }
}

static void names_what_differs(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b, *text;
    } cases[] = {
        {"{}", "{}", NULL},
        {"{\"rate\":50}", "{}", NULL},
        {"{\"rate\":50}", "{\"rate\":50.0}", NULL},
        {"{\"rate\":50}", "{\"rate\":20}", "rate is 20, expected 50"},
        {"{\"channels\":[\"a\",\"b\"]}", "{\"channels\":[\"a\",\"c\"]}",
         "channels: number 2 is 'c', expected 'b'"},
        {"{\"channels\":[\"a\",\"b\"]}", "{\"channels\":[\"b\",\"a\"]}",
         "channels: number 1 is 'b', expected 'a'"},
        {"{\"channels\":[\"a\"]}", "{\"channels\":[\"a\",\"b\"]}",
         "channels: 2 of them, expected 1: a"},
        {"{\"units\":[\"g\"]}", "{\"units\":[\"m/s^2\"]}",
         "units: number 1 is 'm/s^2', expected 'g'"},
        {"{\"recipe\":{\"filter\":\"uci-har\"}}", "{\"recipe\":{\"filter\":{\"median\":3}}}",
         "filter is {\"median\":3}, expected \"uci-har\""},
        {"{\"recipe\":{\"window\":{\"length\":128,\"step\":64}}}",
         "{\"recipe\":{\"window\":{\"length\":128,\"step\":1}}}", NULL},
        {"{\"recipe\":{\"window\":{\"length\":128}}}", "{\"recipe\":{\"window\":{\"length\":64}}}",
         "window length is 64, expected 128"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct har_error err = {0};
        json_t *a = header_of(cases[i].a), *b = header_of(cases[i].b);
        assert_int_equal(har_header_match(a, b, &err), cases[i].text == NULL ? HAR_OK : HAR_INPUT);
        assert_string_equal(err.text, cases[i].text == NULL ? "" : cases[i].text);
        json_decref(a);
        json_decref(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_with_defaults),
        cmocka_unit_test(sets_lists_and_recipes),
        cmocka_unit_test(refuses_lists_that_arent_text),
        cmocka_unit_test(lists_end_where_room_does),
        cmocka_unit_test(checks_what_the_format_knows),
        cmocka_unit_test(names_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
