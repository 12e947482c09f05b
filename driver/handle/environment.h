// The environment: the ODBC version the application speaks, and the connections under it.
#pragma once

#include <memory>
#include <vector>

#include "driver/handle/handle.h"

namespace dqlite::odbc {

class Connection;

class Environment final : public Handle {
  public:
    static constexpr Kind handle_kind = Kind::environment;

    explicit Environment(bool under_driver_manager) noexcept
        : Handle{Kind::environment}, under_driver_manager_{under_driver_manager} {}
    [[nodiscard]] std::mutex& lock() noexcept override { return lock_; }

    SQLRETURN get_attribute(SQLINTEGER id, SQLPOINTER value, SQLINTEGER* length);
    SQLRETURN set_attribute(SQLINTEGER id, SQLPOINTER value);
    SQLRETURN allocate_connection(SQLHANDLE* out);
    /// Removes a connection that is being freed.
    void forget(const Connection& connection) noexcept;
    /// SQLEndTran on the environment: every connection, its state told per connection.
    SQLRETURN end_transaction(SQLSMALLINT completion);
    [[nodiscard]] bool has_connections() const noexcept { return !connections_.empty(); }
    [[nodiscard]] bool is_odbc2() const noexcept { return version_ == SQL_OV_ODBC2; }
    /// A driver manager calls, not the application itself.
    [[nodiscard]] bool under_driver_manager() const noexcept { return under_driver_manager_; }

  private:
    const bool under_driver_manager_;
    std::mutex lock_;
    SQLINTEGER version_ = 0;  ///< SQL_OV_…; 0 until the application has said
    std::vector<std::shared_ptr<Connection>> connections_;
};

}  // namespace dqlite::odbc
