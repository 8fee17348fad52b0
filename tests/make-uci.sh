#!/bin/sh
# Usage: make-uci.sh DIR [LENGTH]
# Makes a small folder in the layout of UCI HAR: 20 train and 10 test windows of LENGTH (128)
# samples; people 1 3 5 7 train, 2 4 test; always the same bytes. For tests.
set -eu
dir=$1
length=${2:-128}

labels='1 WALKING
2 WALKING_UPSTAIRS
3 WALKING_DOWNSTAIRS
4 SITTING
5 STANDING
6 LAYING'

# split rows people: a window of each activity in turn; posture by class, gait in 1 to 3, and a
# little that looks like noise; only + - * and whole numbers modulo, so that every awk agrees
make_split() {
    split=$1 rows=$2 people=$3
    mkdir -p "$dir/$split/Inertial Signals"
    awk -v rows="$rows" -v people="$people" -v length_="$length" -v dir="$dir" -v split_="$split" '
    function wave(step, period,  at) { # a triangle from -1 to 1
        at = step % period
        return (at < period / 2 ? at : period - at) * 4 / period - 1
    }
    function noise() {
        state = (state * 1103 + 12345) % 65536
        return state / 65536 - 0.5
    }
    BEGIN {
        count = split(people, person, " ")
        split("total_acc_x total_acc_y total_acc_z body_acc_x body_acc_y body_acc_z body_gyro_x body_gyro_y body_gyro_z", channel, " ")
        split("1.0 0.95 0.98 0.7 0.99 0.1", upright, " ")
        state = rows
        for (row = 0; row < rows; row++) {
            class = row % 6 + 1
            who = person[int(row * count / rows) + 1]
            print class > (dir "/" split_ "/y_" split_ ".txt")
            print who > (dir "/" split_ "/subject_" split_ ".txt")
            for (c = 1; c <= 9; c++) {
                file = dir "/" split_ "/Inertial Signals/" channel[c] "_" split_ ".txt"
                for (t = 0; t < length_; t++) {
                    value = 0.02 * noise()
                    if (class <= 3)
                        value += 0.1 * (class + c % 3) * wave(t + 5 * c + who, 20 + 4 * class)
                    if (c == 1) value += upright[class]
                    if (c == 3) value += 1 - upright[class]
                    printf "%s%15.7e", t == 0 ? "" : " ", value > file
                }
                print "" > file
            }
        }
    }'
}

mkdir -p "$dir"
printf '%s\n' "$labels" > "$dir/activity_labels.txt"
make_split train 20 "1 3 5 7"
make_split test 10 "2 4"
