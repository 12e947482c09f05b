// A connection: its settings, its session on the cluster, its statements and descriptors.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/session.h"
#include "driver/describe/schema_mirror.h"
#include "driver/handle/asynchronous.h"
#include "driver/handle/handle.h"
#include "driver/sql/escapes.h"
#include "driver/tables/connection_keys.h"
#include "driver/tables/info.h"

namespace dqlite::odbc {

class Descriptor;
class Environment;
class Statement;

class Connection final : public Handle {
  public:
    static constexpr Kind handle_kind = Kind::connection;

    explicit Connection(std::shared_ptr<Environment> environment);
    ~Connection() override;
    [[nodiscard]] std::mutex& lock() noexcept override { return lock_; }
    [[nodiscard]] Environment& environment() const noexcept { return *environment_; }
    [[nodiscard]] Connection& connection() noexcept { return *this; }

    // Connecting. Texts are UTF-8; an absent one is a null pointer's.
    SQLRETURN connect(const std::optional<std::string>& dsn, const std::optional<std::string>& uid,
                      const std::optional<std::string>& pwd);
    SQLRETURN driver_connect(const std::string& text, SQLUSMALLINT completion);
    /// SQL_NEED_DATA while something is missing.
    SQLRETURN browse_connect(const std::string& text);
    /// The connection string that would make this connection again; after SQL_NEED_DATA, the one
    /// that asks for what is missing.
    [[nodiscard]] const std::string& completed_string() const noexcept { return completed_; }
    SQLRETURN disconnect();
    [[nodiscard]] bool connected() const noexcept { return session_ != nullptr; }
    /// The address of the leader; empty while not connected.
    [[nodiscard]] std::string server_name() const {
        return connected() ? session_->leader_address() : std::string{};
    }

    // Attributes and information.
    struct AttributeValue {
        std::optional<std::string> text;  ///< else number or pointer
        SQLULEN number = 0;
        SQLPOINTER pointer = nullptr;
        bool is_u32 = true;
    };
    SQLRETURN get_attribute(SQLINTEGER id, AttributeValue& out);
    SQLRETURN set_attribute(SQLINTEGER id, SQLPOINTER value,
                            const std::optional<std::string>& text);
    /// True where the attribute's value is text: the entry point reads it before set_attribute.
    [[nodiscard]] static bool attribute_is_text(SQLINTEGER id) noexcept;
    SQLRETURN get_info(SQLUSMALLINT type, InfoValue& out);
    SQLRETURN native_sql(const std::string& sql, std::string& out);
    /// What {fn DATABASE()} and {fn USER()} stand for.
    [[nodiscard]] EscapeContext escape_context() const;

    // Transactions.
    SQLRETURN end_transaction(SQLSMALLINT completion);
    [[nodiscard]] bool autocommit() const noexcept { return autocommit_; }
    [[nodiscard]] bool in_transaction() const noexcept;

    // Children.
    SQLRETURN allocate_statement(SQLHANDLE* out);
    SQLRETURN allocate_descriptor(SQLHANDLE* out);
    void forget(const Statement& statement) noexcept;
    void forget(const Descriptor& descriptor) noexcept;
    [[nodiscard]] const std::vector<std::shared_ptr<Statement>>& statements() const noexcept {
        return statements_;
    }

    // For statements.
    [[nodiscard]] client::Session& session() noexcept { return *session_; }
    [[nodiscard]] Describer& describer() noexcept { return *describer_; }
    [[nodiscard]] const ConnectionSettings& settings() const noexcept { return settings_; }
    [[nodiscard]] bool metadata_id() const noexcept { return metadata_id_; }
    [[nodiscard]] bool read_only() const noexcept {
        return read_only_mode_ || (connected() && settings_.client.read_only);
    }
    [[nodiscard]] bool odbc2() const noexcept;
    /// The transaction now open holds DDL: if it is undone, the mirror is stale.
    void note_ddl() noexcept;
    /// A ROLLBACK of the application's own was sent.
    void note_rollback() noexcept;
    void note_last_insert_rowid(std::int64_t rowid) noexcept { last_insert_rowid_ = rowid; }
    [[nodiscard]] std::int64_t last_insert_rowid() const noexcept { return last_insert_rowid_; }
    /// How a statement run now must begin a transaction, if at all.
    [[nodiscard]] std::optional<client::BeginMode> begin_mode_for(
        const client::Statement& statement) const noexcept;
    /// A cursor name nobody else on this connection has.
    [[nodiscard]] std::string new_cursor_name();
    [[nodiscard]] bool has_cursor_named(std::string_view name, const Statement& except) const;

    // Cancelling.
    /// While it lives, whatever is done for the handle (the connection or one of its statements)
    /// may wait for a server, and ends when the handle's call is cancelled.
    class Waiting {
      public:
        Waiting(Connection& connection, Handle& handle) noexcept : connection_{connection} {
            connection_.watch(&handle.cancellable());
        }
        ~Waiting() { connection_.watch(nullptr); }
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;

      private:
        Connection& connection_;
    };
    /// What waits besides the session, while it lives: `wake` makes it look at the cancellation.
    class AlsoWaiting {
      public:
        AlsoWaiting(Connection& connection, std::function<void()> wake) : connection_{connection} {
            connection_.set_wake(std::move(wake));
        }
        ~AlsoWaiting() { connection_.set_wake({}); }
        AlsoWaiting(const AlsoWaiting&) = delete;
        AlsoWaiting& operator=(const AlsoWaiting&) = delete;

      private:
        Connection& connection_;
    };
    /// Ends the call of the handle (the connection or one of its statements) that runs. Takes no
    /// connection lock and never waits; false if none runs.
    bool cancel(Handle& handle) noexcept;
    /// The call whose cancellation counts at the moment; null outside calls that wait.
    [[nodiscard]] const client::Cancellable* watched() const noexcept { return watched_; }

    // Asynchronous execution.
    [[nodiscard]] Asynchronous& asynchronous() noexcept { return asynchronous_; }
    [[nodiscard]] Worker& worker() noexcept { return worker_; }
    [[nodiscard]] bool runs_asynchronously(SQLUSMALLINT function) const noexcept {
        return asynchronous_.enabled() && may_run_asynchronously(function);
    }
    /// False for the functions of which a driver manager, if one calls, cannot take
    /// SQL_STILL_EXECUTING.
    [[nodiscard]] bool may_run_asynchronously(SQLUSMALLINT function) const noexcept;
    /// A function executes asynchronously that `function` must not disturb: HY010.
    [[nodiscard]] bool disturbs(SQLUSMALLINT function) const noexcept;
    [[nodiscard]] std::atomic<int>& executing_statements() noexcept {
        return executing_statements_;
    }
    /// What statements allocated from now on begin with.
    [[nodiscard]] bool statements_asynchronous() const noexcept { return statements_asynchronous_; }

  private:
    SQLRETURN connect_by(const KeyValues& given);
    [[nodiscard]] std::string missing_to_browse(const KeyValues& given);
    SQLRETURN open_session();
    SQLRETURN reset();
    void load_dsn(const std::string& dsn, KeyValues& pairs) const;
    SQLRETURN set_autocommit(bool on);
    SQLRETURN set_access_mode(SQLULEN mode);
    void close_session() noexcept;
    void watch(const client::Cancellable* call) noexcept;
    void set_wake(std::function<void()> wake);
    SQLRETURN set_statements_asynchronous(SQLULEN value);
    [[nodiscard]] InfoContext info_context();

    std::mutex lock_;
    std::shared_ptr<Environment> environment_;
    ConnectionSettings settings_;
    std::string completed_;
    std::optional<KeyValues> browsed_;  ///< said so far in calls of SQLBrowseConnect
    /// Guards session_'s pointer and also_wake_ against cancel(), which must not wait for lock_;
    /// held for moments.
    std::mutex session_lock_;
    std::unique_ptr<client::Session> session_;
    std::function<void()> also_wake_;
    const client::Cancellable* watched_ = nullptr;
    std::atomic<int> executing_statements_{0};
    Asynchronous asynchronous_;
    Worker worker_{*this};
    bool statements_asynchronous_ = false;
    std::unique_ptr<Describer> describer_;
    std::vector<std::shared_ptr<Statement>> statements_;
    std::vector<std::shared_ptr<Descriptor>> descriptors_;

    bool autocommit_ = true;
    bool ddl_in_transaction_ = false;
    bool metadata_id_ = false;
    bool read_only_mode_ = false;  ///< SQL_ATTR_ACCESS_MODE: the application's own wish
    std::optional<SQLULEN> login_timeout_;
    std::optional<SQLULEN> connection_timeout_;
    SQLULEN packet_size_ = 0;
    SQLPOINTER quiet_mode_ = nullptr;
    std::int64_t last_insert_rowid_ = 0;
    std::uint64_t next_cursor_ = 1;
};

}  // namespace dqlite::odbc
