/* Time for logs, which is the only place where it may show. */
#ifndef HAR_BASE_CLOCK_H
#define HAR_BASE_CLOCK_H

double har_seconds(void); /* since some moment, steadily */

#endif
