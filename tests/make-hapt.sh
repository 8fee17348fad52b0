#!/bin/sh
# Usage: make-hapt.sh DIR
# Makes a small folder in the layout of HAPT: three recordings of people 1, 1 and 2 with 1000, 900
# and 800 samples, segments of seven activities; always the same bytes. For tests.
set -eu
dir=$1
mkdir -p "$dir/RawData"
printf '%s\n' '1 WALKING' '2 WALKING_UPSTAIRS' '3 WALKING_DOWNSTAIRS' '4 SITTING' '5 STANDING' \
    '6 LAYING' '7 STAND_TO_SIT' '8 SIT_TO_STAND' '9 SIT_TO_LIE' '10 LIE_TO_SIT' '11 STAND_TO_LIE' \
    '12 LIE_TO_STAND' > "$dir/activity_labels.txt"

# make_recording experiment user samples: a triangle wave and a little that looks like noise; only
# + - * and whole numbers modulo, so that every awk agrees
make_recording() {
    awk -v experiment="$1" -v user="$2" -v samples="$3" -v dir="$dir/RawData" '
    function wave(step, period,  at) {
        at = step % period
        return (at < period / 2 ? at : period - at) * 4 / period - 1
    }
    function noise() {
        state = (state * 1103 + 12345) % 65536
        return state / 65536 - 0.5
    }
    BEGIN {
        state = experiment
        acc = sprintf("%s/acc_exp%02d_user%02d.txt", dir, experiment, user)
        gyro = sprintf("%s/gyro_exp%02d_user%02d.txt", dir, experiment, user)
        for (t = 0; t < samples; t++) {
            printf "%.12f %.12f %.12f \n", 1 + 0.3 * wave(t, 25), 0.1 * noise(), 0.2 * wave(t, 50) > acc
            printf "%.12f %.12f %.12f \n", 0.5 * wave(t, 40), 0.1 * noise(), noise() * user > gyro
        }
    }'
}
make_recording 1 1 1000
make_recording 2 1 900
make_recording 3 2 800
printf '%s\n' '1 1 5 101 400' '1 1 7 401 460' '1 1 4 461 1000' '2 1 1 1 300' '2 1 2 351 700' \
    '3 2 3 11 310' '3 2 6 400 799' > "$dir/RawData/labels.txt"
