#include <dlfcn.h>
#include <memory>
#include <stdexcept>

#include <sql.h>
#include <sqlext.h>

#include "tests/bench/bench.h"

namespace dqlite::bench::odbc {
namespace {

/// A driver's own functions. It stays loaded, as it does while a program has a connection.
class Driver {
  public:
    explicit Driver(const std::string& file)
        : library_{dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)} {
        if (library_ == nullptr) throw std::runtime_error{dlerror()};
        find("SQLAllocHandle", alloc_handle);
        find("SQLSetEnvAttr", set_env_attr);
        find("SQLDriverConnect", driver_connect);
        find("SQLDisconnect", disconnect);
        find("SQLFreeHandle", free_handle);
    }

    decltype(&SQLAllocHandle) alloc_handle = nullptr;
    decltype(&SQLSetEnvAttr) set_env_attr = nullptr;
    decltype(&SQLDriverConnect) driver_connect = nullptr;
    decltype(&SQLDisconnect) disconnect = nullptr;
    decltype(&SQLFreeHandle) free_handle = nullptr;

  private:
    template <typename Function>
    void find(const char* name, Function& function) {
        function = reinterpret_cast<Function>(dlsym(library_, name));
        if (function == nullptr) throw std::runtime_error{dlerror()};
    }
    void* library_;
};

void must(SQLRETURN result) {
    if (!SQL_SUCCEEDED(result)) throw std::runtime_error{"the driver alone: no connection"};
}

class Connection {
  public:
    explicit Connection(const Driver& driver) : driver_{driver} {
        must(driver_.alloc_handle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_));
        must(driver_.set_env_attr(environment_, SQL_ATTR_ODBC_VERSION,
                                  reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0));
        must(driver_.alloc_handle(SQL_HANDLE_DBC, environment_, &handle_));
    }
    ~Connection() {
        driver_.free_handle(SQL_HANDLE_DBC, handle_);
        driver_.free_handle(SQL_HANDLE_ENV, environment_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    void open(std::string to) {
        must(driver_.driver_connect(handle_, nullptr, reinterpret_cast<SQLCHAR*>(to.data()),
                                    SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT));
    }
    void close() { must(driver_.disconnect(handle_)); }

  private:
    const Driver& driver_;
    SQLHENV environment_ = SQL_NULL_HANDLE;
    SQLHDBC handle_ = SQL_NULL_HANDLE;
};

}  // namespace

RoundTrip connecting_without_manager(const std::string& driver, const std::string& to) {
    const auto library = std::make_shared<Driver>(driver);
    const auto connection = std::make_shared<Connection>(*library);
    connection->open(to);
    connection->close();
    return [library, connection, to] {
        connection->open(to);
        connection->close();
    };
}

}  // namespace dqlite::bench::odbc
