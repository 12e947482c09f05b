// What every ODBC handle has, and the registry that tells a live handle from a stale pointer.
//
// Locking: an environment has a lock of its own; a connection's lock also guards its statements
// and descriptors. An entry point finds its handle in the registry, takes that lock and works; the
// shared_ptr it holds keeps the object alive should another thread free the handle meanwhile, and
// retired() then says so.
// Three do without: cancelling (see Connection::cancel), what an application may do while a
// function executes asynchronously, and reading the records of a function that may have waited
// (see asynchronous.h for both).
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "client/cancel.h"
#include "driver/diag/diagnostics.h"
#include "driver/odbc.h"

namespace dqlite::odbc {

class Handle : public std::enable_shared_from_this<Handle> {
  public:
    enum class Kind : unsigned char { environment, connection, statement, descriptor };

    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    virtual ~Handle() = default;

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    /// The lock that guards this handle.
    [[nodiscard]] virtual std::mutex& lock() noexcept = 0;
    /// False while a call on this handle would be out of sequence for everybody but `function`
    /// (an SQL_API_… identifier): data-at-execution. The text of HY010 then.
    [[nodiscard]] virtual bool accepts(SQLUSMALLINT function) const noexcept;

    [[nodiscard]] Diagnostics& diagnostics() noexcept { return diagnostics_; }
    [[nodiscard]] SQLHANDLE odbc_handle() noexcept { return this; }
    /// The functions of this handle that may wait, as SQLCancel and SQLCancelHandle end them.
    [[nodiscard]] client::Cancellable& cancellable() noexcept { return cancellable_; }

    /// The application frees it: nobody finds it any more, and whoever found it before and waits
    /// for its lock learns from retired() that it is gone. With the lock held.
    void retire() noexcept;
    [[nodiscard]] bool retired() const noexcept { return retired_; }

    /// Post a record and say what the function returns for it.
    SQLRETURN post(SqlState state, std::string message);
    SQLRETURN post(Diagnostic record);
    SQLRETURN post(const client::Error& error, ErrorContext context);
    /// The state's own text; SQL_SUCCESS for 00000.
    SQLRETURN post(SqlState state);

  protected:
    explicit Handle(Kind kind) noexcept : kind_{kind} {}

  private:
    Kind kind_;
    bool retired_ = false;
    Diagnostics diagnostics_;
    client::Cancellable cancellable_;
};

/// Live handles of the process.
namespace registry {
void add(const std::shared_ptr<Handle>& handle);
void remove(SQLHANDLE handle) noexcept;
/// Null for a pointer that is no live handle of this kind.
[[nodiscard]] std::shared_ptr<Handle> find(SQLHANDLE handle, Handle::Kind kind) noexcept;
}  // namespace registry

/// Makes a handle and registers it.
template <typename T, typename... Args>
[[nodiscard]] std::shared_ptr<T> make_handle(Args&&... args) {
    auto handle = std::make_shared<T>(std::forward<Args>(args)...);
    registry::add(handle);
    return handle;
}

/// The worse of two return codes: an error beats success with info beats success.
[[nodiscard]] SQLRETURN worse(SQLRETURN a, SQLRETURN b) noexcept;

}  // namespace dqlite::odbc
