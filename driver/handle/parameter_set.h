// One parameter set, ready to be sent.
#pragma once

#include <string>
#include <vector>

#include "driver/handle/statement.h"
#include "wire/value.h"

namespace dqlite::odbc {

struct Statement::ParameterSet {
    std::vector<wire::Value> values;
    std::vector<std::string> storage;  ///< bytes the values borrow; does not move with the set
};

/// Where the application says a parameter's value is.
struct Statement::ParameterSource {
    SQLPOINTER data = nullptr;
    SQLLEN length = 0;
    SQLLEN indicator = 0;  ///< 0 where there is none
    bool has_length = false;
};

}  // namespace dqlite::odbc
