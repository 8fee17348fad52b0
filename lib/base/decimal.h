/* Floats as decimal text. */
#ifndef HAR_BASE_DECIMAL_H
#define HAR_BASE_DECIMAL_H

#include <stdbool.h>

enum { HAR_DECIMAL = 40 };

/* VALUE in the fewest digits, of the forms that printf's %g has, that read back as the same double,
 * or, where it is SINGLE, as the same float. */
void har_decimal(char text[HAR_DECIMAL], double value, bool single);

#endif
