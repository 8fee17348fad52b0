#include "stream/interrupt.h"
#include "stream/program.h"

#include <signal.h>

static volatile sig_atomic_t interrupted;

bool har_interrupted(void)
{
    return interrupted != 0;
}

static void note(int number)
{
    (void)number;
    interrupted = 1;
}

/* What the parent ignores (nohup, a shell's background jobs) stays ignored. */
static void handle_once(int number, int flags)
{
    struct sigaction old;
    if (sigaction(number, NULL, &old) != 0 || old.sa_handler == SIG_IGN)
        return;
    struct sigaction action = {.sa_handler = note, .sa_flags = flags | (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void har_signals_default(void)
{
    signal(SIGPIPE, SIG_DFL);
}

void har_signals_reading(void)
{
    handle_once(SIGINT, SA_RESTART);
}

void har_signals_live(void)
{
    handle_once(SIGINT, 0);
    handle_once(SIGTERM, 0);
}
