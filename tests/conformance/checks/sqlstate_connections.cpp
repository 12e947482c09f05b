// SQLSTATEs of classes 08, 25 and 40, of time-outs and of finding a driver: what can happen to a
// connection and to a transaction.
#include <array>
#include <sys/socket.h>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

/// Cuts every TCP connection of this process: each is the driver's.
int cut_links() {
    constexpr int beyond_any = 1024;
    int cut = 0;
    for (int descriptor = 3; descriptor < beyond_any; ++descriptor) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
        if (peer.ss_family != AF_INET && peer.ss_family != AF_INET6) continue;
        ::shutdown(descriptor, SHUT_RDWR);
        ++cut;
    }
    return cut;
}

void require_a_link(const Target& target) {
    if (target.dialect->embedded) refuse("an embedded database has no link");
}

/// The driver's own part of the connection string, with other keys.
std::string same_driver(const Target& target, std::string_view keys) {
    const auto end = target.connection.find(';') + 1;
    return target.connection.substr(0, end) + std::string{keys};
}

void s08001(const Target& target) {
    require_a_link(target);
    const Environment environment;
    Connection connection{environment};
    const auto r = connection.connect(same_driver(target, target.dialect->nobody_there));
    connection.handle().fails(r, "08001", "where nobody listens");
}

void s08002(const Target& target) {
    const Session session{target};
    const auto r = SQLDriverConnect(session.raw(), nullptr, text(target.connection), SQL_NTS,
                                    nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
    session.handle().fails(r, "08002", "connecting what is connected");
}

void s08003(const Target&) {
    const Environment environment;
    const Connection connection{environment};
    connection.handle().fails(SQLDisconnect(connection.raw()), "08003", "SQLDisconnect");
    connection.handle().fails(SQLEndTran(SQL_HANDLE_DBC, connection.raw(), SQL_COMMIT), "08003",
                              "SQLEndTran");
}

void s08S01(const Target& target) {
    require_a_link(target);
    const Session session{target};
    expect_equal(session.scalar("SELECT 1"), "1", "before");
    expect(cut_links() > 0, "no link found");
    const Statement statement{session};
    const auto r = statement.try_direct("SELECT 1");
    // A driver may find another way to the data: then it has to answer.
    if (!SQL_SUCCEEDED(r)) statement.handle().fails(r, "08S01", "a query on a cut link");
}

void s08S01_transaction(const Target& target) {
    require_a_link(target);
    const Session session{target};
    const Table table{session, "sc_lost", "id INTEGER"};
    session.autocommit(false);
    session.run("INSERT INTO sc_lost VALUES (1)");
    cut_links();
    const Statement statement{session};
    const auto r = statement.try_direct("INSERT INTO sc_lost VALUES (2)");
    // 40001: the driver knows that the transaction is gone.
    statement.handle().fails(r, "08S01 40001 40003", "in a transaction whose link was cut");
    SQLEndTran(SQL_HANDLE_DBC, session.raw(), SQL_ROLLBACK);
    const Session other{target};
    expect_equal(other.scalar("SELECT count(*) FROM sc_lost"), "0", "rows of a lost transaction");
    other.run("DROP TABLE sc_lost");
}

void s08007(const Target& target) {
    require_a_link(target);
    const Session session{target};
    const Table table{session, "sc_08007", "id INTEGER"};
    session.autocommit(false);
    session.run("INSERT INTO sc_08007 VALUES (1)");
    cut_links();
    const auto r = SQLEndTran(SQL_HANDLE_DBC, session.raw(), SQL_COMMIT);
    session.handle().fails(r, "08007 08S01 40001", "SQLEndTran(SQL_COMMIT) on a cut link");
}

void connection_dead(const Target& target) {
    require_a_link(target);
    const Session session{target};
    cut_links();
    const Statement statement{session};
    static_cast<void>(statement.try_direct("SELECT 1"));
    statement.close();
    SQLUINTEGER dead = 99;
    session.handle().ok(
        SQLGetConnectAttr(session.raw(), SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead, nullptr),
        "SQL_ATTR_CONNECTION_DEAD");
    // After a driver has gone on by another way, it is alive.
    const bool works = SQL_SUCCEEDED(statement.try_direct("SELECT 1"));
    expect_equal(dead, works ? SQL_CD_FALSE : SQL_CD_TRUE, "SQL_ATTR_CONNECTION_DEAD");
}

void s25000(const Target& target) {
    const Session session{target};
    const Table table{session, "sc_25000", "id INTEGER"};
    session.autocommit(false);
    session.run("INSERT INTO sc_25000 VALUES (1)");
    session.handle().fails(SQLDisconnect(session.raw()), "25000", "SQLDisconnect");
    session.end(SQL_ROLLBACK);
    session.autocommit(true);
}

/// One reads, the other writes what was read, and the first writes it too.
void s40001(const Target& target) {
    const Session first{target, target.dialect->impatient};
    const Session second{target, target.dialect->impatient};
    const Table table{first, "sc_40001", "id INTEGER, n INTEGER"};
    table.fill({"1, 0"});
    first.handle().ok(SQLSetConnectAttr(first.raw(), SQL_ATTR_TXN_ISOLATION,
                                        reinterpret_cast<SQLPOINTER>(SQL_TXN_SERIALIZABLE), 0),
                      "SQL_TXN_SERIALIZABLE");
    first.autocommit(false);
    expect_equal(first.scalar("SELECT n FROM sc_40001"), "0", "what the first reads");
    const Statement rival{second};
    auto r = rival.try_direct("UPDATE sc_40001 SET n = 1");
    if (!SQL_SUCCEEDED(r)) {
        rival.handle().fails(r, "40001", "the second writer");
    } else {
        const Statement statement{first};
        r = statement.try_direct("UPDATE sc_40001 SET n = 2");
        statement.handle().fails(r, "40001", "the first writer");
    }
    first.end(SQL_ROLLBACK);
    first.autocommit(true);
}

void s40002(const Target& target) {
    const Session session{target};
    if (!session.info_yes(SQL_INTEGRITY)) refuse("SQL_INTEGRITY is N");
    session.run("DROP TABLE IF EXISTS sc_40002_child");
    const Table parent{session, "sc_40002", "id INTEGER PRIMARY KEY"};
    const Table child{session, "sc_40002_child",
                      "id INTEGER REFERENCES sc_40002 (id) DEFERRABLE INITIALLY DEFERRED"};
    session.autocommit(false);
    session.run("INSERT INTO sc_40002_child VALUES (1)");
    const auto r = SQLEndTran(SQL_HANDLE_DBC, session.raw(), SQL_COMMIT);
    session.handle().fails(r, "40002 23000", "SQLEndTran(SQL_COMMIT)");
    session.autocommit(true);
    expect_equal(session.scalar("SELECT count(*) FROM sc_40002_child"), "0", "rows after that");
}

void hyt00(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.set(SQL_ATTR_QUERY_TIMEOUT, 1);
    if (statement.get(SQL_ATTR_QUERY_TIMEOUT) != 1) refuse("no SQL_ATTR_QUERY_TIMEOUT");
    auto r = statement.try_direct(target.dialect->long_query);
    if (r == SQL_SUCCESS) r = SQLFetch(statement.raw());
    statement.handle().fails(r, "HYT00", "a query longer than its second");
}

void im002(const Target&) {
    if (find_function("SQLDrivers") == nullptr) refuse("without a driver manager");
    const Environment environment;
    Connection connection{environment};
    connection.handle().fails(connection.connect("DSN=nobody has this one;"), "IM002",
                              "a data source nobody has");
}

const Register checks{
    "sqlstate",
    {{"08001", "connecting where nobody listens", s08001},
     {"08002", "connecting what is connected", s08002},
     {"08003", "what needs a connection, without one", s08003},
     {"08S01", "a query whose link was cut", s08S01},
     {"08S01.transaction", "a transaction whose link was cut", s08S01_transaction},
     {"08007", "COMMIT on a link that was cut", s08007},
     {"08S01.dead", "SQL_ATTR_CONNECTION_DEAD tells of a cut link", connection_dead},
     {"25000", "disconnecting inside a transaction", s25000},
     {"40001", "two writers of one row", s40001},
     {"40002", "a constraint that does not hold at COMMIT", s40002},
     {"HYT00", "SQL_ATTR_QUERY_TIMEOUT", hyt00},
     {"IM002", "a data source nobody has", im002}}};

}  // namespace
}  // namespace conformance
