# Are the COUNT columns from FIRST close to those from SECOND? max|a-b| <= tolerance max|b|
BEGIN { FS = "," }
NR > 1 {
    for (i = 0; i < count; i++) {
        d = $(first + i) - $(second + i); b = $(second + i)
        if (d < 0) d = -d
        if (d > difference) difference = d
        if (b > size) size = b
    }
}
END {
    if (NR < 2 || !(size > 0) || !(difference <= tolerance * size)) {
        print NR " lines, " difference " of " size
        exit 1
    }
    print "close"
}
