/* How a stage takes signals. The flag behind har_interrupted() (program.h) is the only state of the
 * library that isn't in a struct: a signal has nowhere else to leave its mark. */
#ifndef HAR_STREAM_INTERRUPT_H
#define HAR_STREAM_INTERRUPT_H

/* SIGPIPE kills silently, whatever the parent process made of it. */
void har_signals_default(void);

/* For a stage that reads: the first SIGINT is left to the source of the pipe, the second kills. */
void har_signals_reading(void);

/* For a live source: the first SIGINT or SIGTERM makes har_interrupted() true and interrupts what
 * the source waits for, the second kills. */
void har_signals_live(void);

#endif
