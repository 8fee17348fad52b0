#include "data/chain.h"

#include "base/memory.h"
#include "data/butterworth.h"
#include "data/median.h"
#include "stream/header.h"
#include "stream/tensor.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { default_order = 3, default_gravity_order = 3, default_drift_order = 2 };

/* One channel on its way. */
struct lane {
    const struct har_butterworth *slow; /* what `body` leaves out */
    double past[HAR_MEDIAN_MAX / 2];    /* the samples before the first row not yet filtered */
    struct har_butterworth_state lowpass_state, highpass_state, slow_state;
};

struct output {
    char name[HAR_NAME_MAX + sizeof "total_"];
    size_t lane;
    bool body;
};

struct har_chain {
    struct har_filter_options options;
    struct har_butterworth lowpass, highpass, gravity, drift;
    size_t lanes, outputs;
    struct lane *lane;
    struct output *output;
    double *line, *clean, *body; /* one channel of some rows */
    size_t line_capacity, clean_capacity, body_capacity;
};

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Adds an output for each channel whose name starts with KIND, or for those that no split is for,
 * where KIND is "". */
static void add_outputs(struct har_chain *chain, const json_t *header, const char *kind,
                        const char *prefix, bool body)
{
    for (size_t c = 0; c < chain->lanes; c++) {
        const char *name = har_header_item(header, "channels", c);
        const bool split = (chain->options.gravity > 0.0 && starts_with(name, "acc_")) ||
                           (chain->options.drift > 0.0 && starts_with(name, "gyro_"));
        if (!starts_with(name, kind) || (kind[0] == '\0' && split))
            continue;
        struct output *output = &chain->output[chain->outputs++];
        snprintf(output->name, sizeof output->name, "%s%.*s", prefix, HAR_NAME_MAX, name);
        output->lane = c;
        output->body = body;
        if (body)
            chain->lane[c].slow = kind[0] == 'a' ? &chain->gravity : &chain->drift;
    }
}

static void plan_outputs(struct har_chain *chain, const json_t *header)
{
    if (chain->options.gravity > 0.0) {
        add_outputs(chain, header, "acc_", "total_", false);
        add_outputs(chain, header, "acc_", "body_", true);
    }
    if (chain->options.drift > 0.0)
        add_outputs(chain, header, "gyro_", "body_", true);
    add_outputs(chain, header, "", "", false);
}

/* A part may get the name that another channel has already. */
static enum har_status check_outputs(const struct har_chain *chain, struct har_error *err)
{
    for (size_t i = 0; i < chain->outputs; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(chain->output[i].name, chain->output[j].name) == 0)
                return har_fail(err, HAR_INPUT, "two channels would be called '%.100s'",
                                chain->output[i].name);
    return HAR_OK;
}

static bool has_channel(const json_t *header, const char *kind)
{
    for (size_t c = 0; c < har_header_count(header, "channels"); c++)
        if (starts_with(har_header_item(header, "channels", c), kind))
            return true;
    return false;
}

/* The header's channels as a list, into TEXT. */
static const char *list_channels(char text[256], const json_t *header)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t c = 0; c < har_header_count(header, "channels") && used < 255; c++)
        used += (size_t)snprintf(text + used, 256 - used, "%s%s", c > 0 ? " " : "",
                                 har_header_item(header, "channels", c));
    return text;
}

/* The example has the first channel that begins like KIND: AccX. As a command where sed and the
 * shell take all of its name for itself. */
static enum har_status hint_at_names(const json_t *header, const char *kind, struct har_error *err)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ -";
    const size_t letters = strlen(kind) - 1;
    const char *like = "NAME";
    for (size_t c = har_header_count(header, "channels"); c-- > 0;)
        if (strncasecmp(har_header_item(header, "channels", c), kind, letters) == 0)
            like = har_header_item(header, "channels", c);
    if (like[strspn(like, plain)] != '\0')
        return har_error_hint(
            err, "the first line of a csv names them: %sx for '%.100s', and so on", kind, like);
    return har_error_hint(
        err, "the first line of a csv names them: sed '1s/%.100s/%sx/' FILE, and so on", like,
        kind);
}

/* A preset takes exactly these, in any order. */
static enum har_status check_preset_channels(const json_t *header, const char *preset,
                                             struct har_error *err)
{
    static const char *const wanted[] = {"acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z"};
    const size_t count = sizeof wanted / sizeof *wanted;
    size_t found = 0;
    for (size_t w = 0; w < count; w++)
        for (size_t c = 0; c < har_header_count(header, "channels"); c++)
            if (strcmp(wanted[w], har_header_item(header, "channels", c)) == 0) {
                found++;
                break;
            }
    if (found == count && har_header_count(header, "channels") == count)
        return HAR_OK;
    char names[256];
    har_fail(err, HAR_INPUT,
             "the channels are %s; the preset %s wants acc_x acc_y acc_z (g) "
             "gyro_x gyro_y gyro_z (rad/s)",
             list_channels(names, header), preset);
    return found == count ? har_error_hint(err, "har-load csv --channels A,B,... leaves out others")
                          : hint_at_names(header, "acc_", err);
}

/* OPTION, given with a value above 0, splits channels of a KIND. */
static enum har_status check_kind(const json_t *header, const char *option, double value,
                                  const char *kind, struct har_error *err)
{
    char names[256];
    if (value <= 0.0 || has_channel(header, kind))
        return HAR_OK;
    har_fail(err, HAR_INPUT, "the channels are %s; --%s wants some named %s…",
             list_channels(names, header), option, kind);
    return hint_at_names(header, kind, err);
}

static enum har_status check_channels(const struct har_filter_options *options,
                                      const json_t *header, struct har_error *err)
{
    if (har_header_count(header, "channels") == 0)
        return har_fail(err, HAR_INPUT, "the header names no channels");
    for (size_t c = 0; c < har_header_count(header, "channels"); c++)
        if (har_header_item(header, "channels", c) == NULL)
            return har_fail(err, HAR_INPUT, "the header's channel %zu isn't a name", c);
    if (options->preset != NULL)
        return check_preset_channels(header, options->preset, err);
    if (check_kind(header, "gravity", options->gravity, "acc_", err) != HAR_OK)
        return err->status;
    return check_kind(header, "drift", options->drift, "gyro_", err);
}

/* Designs a filter that is wanted, as one where CUTOFF isn't 0. */
static enum har_status design(struct har_butterworth *filter, enum har_band band, const char *name,
                              double cutoff, size_t order, double rate, struct har_error *err)
{
    if (cutoff <= 0.0)
        return HAR_OK;
    if (rate <= 0.0) {
        (void)har_fail(err, HAR_INPUT, "the header has no rate, --%s needs it", name);
        return har_error_hint(err, "har-load csv has --rate HZ");
    }
    if (har_butterworth_design(filter, band, order, cutoff, rate, err) != HAR_OK)
        return har_error_at(err, "--%s", name);
    return HAR_OK;
}

static enum har_status design_all(struct har_chain *chain, double rate, struct har_error *err)
{
    const struct har_filter_options *o = &chain->options;
    if (design(&chain->lowpass, HAR_LOWPASS, "lowpass", o->lowpass, o->order, rate, err) !=
            HAR_OK ||
        design(&chain->highpass, HAR_HIGHPASS, "highpass", o->highpass, o->order, rate, err) !=
            HAR_OK ||
        design(&chain->gravity, HAR_LOWPASS, "gravity", o->gravity, o->gravity_order, rate, err) !=
            HAR_OK ||
        design(&chain->drift, HAR_LOWPASS, "drift", o->drift, o->drift_order, rate, err) != HAR_OK)
        return err->status;
    return HAR_OK;
}

static void set_defaults(struct har_filter_options *options)
{
    if (options->order == 0)
        options->order = default_order;
    if (options->gravity_order == 0)
        options->gravity_order = default_gravity_order;
    if (options->drift_order == 0)
        options->drift_order = default_drift_order;
}

enum har_status har_chain_new(struct har_chain **chain, const struct har_filter_options *options,
                              const json_t *header, struct har_error *err)
{
    *chain = NULL;
    if (check_channels(options, header, err) != HAR_OK)
        return err->status;
    struct har_chain *made = har_allocate(1, sizeof *made);
    if (made == NULL)
        return har_fail_memory(err);
    made->options = *options;
    set_defaults(&made->options);
    made->lanes = har_header_count(header, "channels");
    made->lane = har_allocate(made->lanes, sizeof *made->lane);
    made->output = har_allocate(made->lanes, 2 * sizeof *made->output);
    if (made->lane == NULL || made->output == NULL) {
        har_chain_free(made);
        return har_fail_memory(err);
    }
    if (design_all(made, har_header_number(header, "rate", 0.0), err) != HAR_OK) {
        har_chain_free(made);
        return err->status;
    }
    plan_outputs(made, header);
    if (check_outputs(made, err) != HAR_OK) {
        har_chain_free(made);
        return err->status;
    }
    *chain = made;
    return HAR_OK;
}

void har_chain_free(struct har_chain *chain)
{
    if (chain == NULL)
        return;
    free(chain->lane);
    free(chain->output);
    free(chain->line);
    free(chain->clean);
    free(chain->body);
    free(chain);
}

size_t har_chain_inputs(const struct har_chain *chain)
{
    return chain->lanes;
}

size_t har_chain_outputs(const struct har_chain *chain)
{
    return chain->outputs;
}

size_t har_chain_lookahead(const struct har_chain *chain)
{
    return chain->options.median / 2;
}

/* What recipe.filter says: the preset's name, or the options that are used. */
static json_t *recipe(const struct har_filter_options *options)
{
    if (options->preset != NULL)
        return json_string(options->preset);
    json_t *list = json_object();
    if (options->median > 0)
        json_object_set_new(list, "median", json_integer((json_int_t)options->median));
    if (options->lowpass > 0.0)
        json_object_set_new(list, "lowpass", json_real(options->lowpass));
    if (options->highpass > 0.0)
        json_object_set_new(list, "highpass", json_real(options->highpass));
    if (options->lowpass > 0.0 || options->highpass > 0.0)
        json_object_set_new(list, "order", json_integer((json_int_t)options->order));
    if (options->gravity > 0.0) {
        json_object_set_new(list, "gravity", json_real(options->gravity));
        json_object_set_new(list, "gravity_order",
                            json_integer((json_int_t)options->gravity_order));
    }
    if (options->drift > 0.0) {
        json_object_set_new(list, "drift", json_real(options->drift));
        json_object_set_new(list, "drift_order", json_integer((json_int_t)options->drift_order));
    }
    return list;
}

/* The recipe of rows that were filtered before lists all filters, in order. */
static json_t *recipe_after(const json_t *header, json_t *mine)
{
    json_t *before = json_object_get(json_object_get(header, "recipe"), "filter");
    if (before == NULL || json_is_null(before))
        return mine;
    json_t *list = json_is_array(before) ? json_copy(before) : json_array();
    if (!json_is_array(before))
        json_array_append(list, before);
    json_array_append_new(list, mine);
    return list;
}

enum har_status har_chain_describe(const struct har_chain *chain, json_t *header,
                                   struct har_error *err)
{
    json_t *channels = json_array(), *units = json_array();
    for (size_t k = 0; k < chain->outputs; k++) {
        const char *unit = har_header_item(header, "units", chain->output[k].lane);
        json_array_append_new(channels, json_string(chain->output[k].name));
        json_array_append_new(units, json_string(unit == NULL ? "" : unit));
    }
    const bool complete =
        json_array_size(channels) == chain->outputs && json_array_size(units) == chain->outputs;
    if (har_header_count(header, "units") == 0) {
        json_decref(units);
        units = NULL;
    }
    if (json_object_set_new(header, "channels", channels) != 0 || !complete ||
        (units != NULL && json_object_set_new(header, "units", units) != 0))
        return har_fail_memory(err);
    return har_header_set_recipe(header, "filter", recipe_after(header, recipe(&chain->options)),
                                 err);
}

void har_chain_reset(struct har_chain *chain)
{
    for (size_t c = 0; c < chain->lanes; c++)
        chain->lane[c] = (struct lane){.slow = chain->lane[c].slow};
}

/* Channel C of X's rows into the line, between the lane's past and zeros; keeps what will be past.
 */
static void fill_line(struct har_chain *chain, size_t c, const float *x, size_t rows, size_t count)
{
    const size_t half = har_chain_lookahead(chain);
    double *past = chain->lane[c].past, *line = chain->line;
    memcpy(line, past, half * sizeof *line);
    for (size_t i = 0; i < rows; i++)
        line[half + i] = (double)x[i * chain->lanes + c];
    for (size_t i = 0; i < half; i++)
        line[half + rows + i] = 0.0;
    memcpy(past, line + count, half * sizeof *line);
}

static void write_outputs(const struct har_chain *chain, size_t c, float *out, size_t count)
{
    for (size_t k = 0; k < chain->outputs; k++) {
        if (chain->output[k].lane != c)
            continue;
        const double *from = chain->output[k].body ? chain->body : chain->clean;
        for (size_t i = 0; i < count; i++)
            out[i * chain->outputs + k] = (float)from[i];
    }
}

static void run_lane(struct har_chain *chain, size_t c, float *out, size_t count)
{
    struct lane *lane = &chain->lane[c];
    har_median(chain->clean, chain->line, count, 2 * har_chain_lookahead(chain) + 1);
    har_butterworth_run(&chain->lowpass, &lane->lowpass_state, chain->clean, count);
    har_butterworth_run(&chain->highpass, &lane->highpass_state, chain->clean, count);
    if (lane->slow != NULL) {
        memcpy(chain->body, chain->clean, count * sizeof *chain->body);
        har_butterworth_run(lane->slow, &lane->slow_state, chain->body, count);
        for (size_t i = 0; i < count; i++)
            chain->body[i] = chain->clean[i] - chain->body[i];
    }
    write_outputs(chain, c, out, count);
}

enum har_status har_chain_run(struct har_chain *chain, float *out, size_t count, const float *x,
                              size_t rows, struct har_error *err)
{
    const size_t half = har_chain_lookahead(chain);
    if (!har_grow(&chain->line, &chain->line_capacity, rows + 2 * half, sizeof *chain->line) ||
        !har_grow(&chain->clean, &chain->clean_capacity, count, sizeof *chain->clean) ||
        !har_grow(&chain->body, &chain->body_capacity, count, sizeof *chain->body))
        return har_fail_memory(err);
    for (size_t c = 0; c < chain->lanes; c++) {
        fill_line(chain, c, x, rows, count);
        run_lane(chain, c, out, count);
    }
    return HAR_OK;
}
