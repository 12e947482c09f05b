// Parameter values on their way to the server, and the bytes they had to be given.
#pragma once

#include <deque>
#include <string>
#include <vector>

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
    }
    /// An empty string for a value that cannot borrow the application's bytes. It does not move.
    [[nodiscard]] std::string& slot() {
        if (used_ == slots_.size()) slots_.emplace_back();
        slots_[used_].clear();
        return slots_[used_];
    }
    /// The slot given last now holds a value's bytes.
    void keep_slot() noexcept { ++used_; }

  private:
    std::deque<std::string> slots_;
    std::size_t used_ = 0;
};

/// Where the application says a parameter's value is.
struct Statement::ParameterSource {
    SQLPOINTER data = nullptr;
    SQLLEN length = 0;
    SQLLEN indicator = 0;  ///< 0 where there is none
    bool has_length = false;
};

}  // namespace dqlite::odbc
