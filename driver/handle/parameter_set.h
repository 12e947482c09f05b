// Parameter values on their way to the server, and the bytes they had to be given.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "driver/convert/from_c.h"
#include "driver/handle/statement.h"
#include "wire/value.h"

namespace dqlite::odbc {

/// Values of one or more parameter sets, one behind the other. Kept by its statement and filled
/// again, so that executing repeatedly allocates nothing.
class ParameterValues {
  public:
    std::vector<wire::Value> values;

    void clear() noexcept {
        values.clear();
        used_ = 0;
        free_ = nullptr;
    }
    /// An empty string for a value that cannot borrow the application's bytes. It does not move.
    [[nodiscard]] std::string& slot() {
        if (free_ == nullptr) {
            if (used_ == slots_.size()) slots_.emplace_back();
            free_ = &slots_[used_];
        }
        if (!free_->empty()) free_->clear();
        return *free_;
    }
    /// The slot given last now holds a value's bytes.
    void keep_slot() noexcept {
        ++used_;
        free_ = nullptr;
    }

  private:
    std::deque<std::string> slots_;
    std::size_t used_ = 0;
    std::string* free_ = nullptr;  ///< the slot to be given next, if it is known
};

/// A bound parameter, with the way its values go looked up when the binding is.
struct BoundParameter {
    FromC way;
    SQLPOINTER data = nullptr;
    const SQLLEN* length = nullptr;
    const SQLLEN* indicator = nullptr;
    SQLLEN data_stride = 0;    ///< bytes from set to set
    SQLLEN length_stride = 0;  ///< the same of lengths and indicators
    bool output_only = false;
};

/// Where the application says a parameter's value is.
struct Statement::ParameterSource {
    SQLPOINTER data = nullptr;
    SQLLEN length = SQL_NTS;
    SQLLEN indicator = 0;  ///< 0 where there is none
};

}  // namespace dqlite::odbc
