// The one place that includes the ODBC headers.
#pragma once

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

// unixODBC's headers define these, and C++ code wants the words back.
#undef BOOL
