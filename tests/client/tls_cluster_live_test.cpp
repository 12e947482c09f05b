// A cluster behind stunnel, which ends mutual TLS in front of every node as it would in
// production: sessions find the leader, follow it when it dies, and say plainly what is wrong with
// a certificate.
#include <thread>

#include "tests/client/session_fixture.h"
#include "tests/support/certificates.h"
#include "tests/support/cluster.h"
#include "tests/support/each_generation.h"
#include "tests/support/stunnel.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::Authority;
using test::Identity;
using test::Stunnel;

constexpr const char* host = "node.dqlite.test";

class TlsCluster : public test::OnEachGeneration {
  protected:
    [[nodiscard]] std::vector<std::string> nodes() {
        std::vector<std::string> all;
        for (std::size_t i = 0; i < cluster_.size(); ++i) {
            all.push_back(cluster_.node(i).address());
        }
        return all;
    }
    /// Seeds are the ports of stunnel; what the nodes tell of each other is mapped to them.
    [[nodiscard]] Options options(const Stunnel& stunnel) {
        Options options = quick_options(stunnel.addresses());
        const auto told = nodes();
        for (std::size_t i = 0; i < told.size(); ++i) {
            options.address_map.emplace_back(told[i], stunnel.addresses()[i]);
        }
        options.tls = {true, authority_.certificate_file(), client_.certificate_file,
                       client_.key_file, host};
        return options;
    }
    /// The error of a session against a terminator that shows `identity`.
    [[nodiscard]] Error error_with(const Identity& identity) {
        const Stunnel stunnel{nodes(), identity, authority_.certificate_file()};
        return connect_error(options(stunnel));
    }
    static Error connect_error(const Options& options) {
        const auto session = Session::connect(options);
        EXPECT_FALSE(session);
        return session ? Error{} : session.error();
    }

    Authority authority_;
    Identity client_ = authority_.issue("client.dqlite.test");
    test::Cluster cluster_{generation(), 3, 20};
};
DQLITE_ON_EACH_GENERATION(TlsCluster);

void expect_tls(const Error& error, std::string_view reason) {
    EXPECT_EQ(error.kind, ErrorKind::tls) << error.message;
    EXPECT_NE(error.message.find(reason), std::string::npos) << error.message;
}

TEST_P(TlsCluster, CarriesSessionsAcrossLeaders) {
    const Stunnel stunnel{nodes(), authority_.issue(host), authority_.certificate_file()};
    const auto session = open_session(options(stunnel));
    run(*session, "CREATE TABLE t (a)");
    run(*session, "INSERT INTO t VALUES (zeroblob(3000000))");
    cluster_.kill_leader();
    // The terminator's goodbye is noticed before the next statement is sent.
    std::this_thread::sleep_for(200ms);
    run(*session, "INSERT INTO t VALUES (2)");
    EXPECT_EQ(session->generation(), 1U);
    EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 2);
    EXPECT_EQ(number(*session, "SELECT max(length(a)) FROM t WHERE a <> 2"), 3'000'000);
}

TEST_P(TlsCluster, NamesWhatIsWrongWithTheServersCertificate) {
    expect_tls(error_with(authority_.issue(host, Authority::Validity::past)),
               "certificate has expired");
    expect_tls(error_with(authority_.issue("other.dqlite.test")), "ostname mismatch");
    Authority stranger;
    expect_tls(error_with(stranger.issue(host)), "unable to get local issuer certificate");
    expect_tls(error_with(stranger.self_signed()), "self-signed certificate");
}

// The refusal follows the handshake: a client that has sent its question already may see nothing
// but the end of the connection.
void expect_refusal(const Error& error) {
    const bool cut_off = error.kind == ErrorKind::lost || error.kind == ErrorKind::no_leader;
    if (!cut_off) expect_tls(error, "refuses the client's certificate");
}

TEST_P(TlsCluster, NamesWhatIsWrongWithTheClientsCertificate) {
    const Stunnel stunnel{nodes(), authority_.issue(host), authority_.certificate_file()};
    Options none = options(stunnel);
    none.tls.cert_file.clear();
    none.tls.key_file.clear();
    expect_refusal(connect_error(none));
    Authority stranger;
    const Identity foreign = stranger.issue("client.dqlite.test");
    Options wrong = options(stunnel);
    wrong.tls.cert_file = foreign.certificate_file;
    wrong.tls.key_file = foreign.key_file;
    expect_refusal(connect_error(wrong));
    const Identity old = authority_.issue("client.dqlite.test", Authority::Validity::past);
    wrong.tls.cert_file = old.certificate_file;
    wrong.tls.key_file = old.key_file;
    expect_refusal(connect_error(wrong));
}

}  // namespace
}  // namespace dqlite::client
