/* Versions of the libraries that the programs run with. */
#ifndef HAR_DOCTOR_LIBRARIES_H
#define HAR_DOCTOR_LIBRARIES_H

#include "doctor/facts.h"

/* Fills LIBRARY; gives how many there are. OpenBLAS isn't among them: it is a fact of its own. */
size_t har_libraries_find(struct har_library library[HAR_LIBRARIES]);

#endif
