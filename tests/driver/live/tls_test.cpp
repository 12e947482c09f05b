// TLS through ODBC: what the keys TLS, TLSCA, TLSCert, TLSKey and TLSServerName do, and what is
// said where a certificate is not as it should be.
#include "tests/driver/live/fixture.h"
#include "tests/support/certificates.h"
#include "tests/support/stunnel.h"

namespace dqlite::test {
namespace {

constexpr const char* host = "node.dqlite.test";

class TlsKeys : public OnEachGeneration {
  protected:
    /// The connection string for a terminator in front of the node.
    [[nodiscard]] std::string keys(const Stunnel& stunnel, const Identity& client,
                                   const std::string& more = {}) const {
        const std::string& front = stunnel.addresses().front();
        return more + connection_string(
                          front, "TLS=1;TLSCA=" + authority_.certificate_file() + ";TLSCert=" +
                                     client.certificate_file + ";TLSKey=" + client.key_file +
                                     ";TLSServerName=" + host + ";LoginTimeout=5" +
                                     ";AddressMap={" + node_.address() + "=" + front + "};");
    }
    [[nodiscard]] Stunnel stunnel(const Identity& identity) const {
        return {{node_.address()}, identity, authority_.certificate_file()};
    }
    static void expect_refused(const std::string& keys, const std::string& reason) {
        OdbcConnection connection;
        ASSERT_EQ(connection.connect(keys), SQL_ERROR);
        EXPECT_EQ(connection.state(), "08001");
        EXPECT_NE(connection.message().find(reason), std::string::npos) << connection.message();
    }

    Node node_{generation()};
    Authority authority_;
    Identity client_ = authority_.issue("client.dqlite.test");
};
DQLITE_ON_EACH_GENERATION(TlsKeys);

TEST_P(TlsKeys, MakeAConnection) {
    const Stunnel front = stunnel(authority_.issue(host));
    const OdbcConnection connection{keys(front, client_)};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    EXPECT_EQ(statement.query("SELECT 1"), (Rows{{"1"}}));
}

TEST_P(TlsKeys, ABadCertificateOfTheServerIsNamed) {
    const auto server_with = [&](const Identity& identity, const std::string& reason) {
        const Stunnel front = stunnel(identity);
        expect_refused(keys(front, client_), reason);
    };
    const Authority stranger;
    server_with(authority_.issue(host, Authority::Validity::past), "certificate has expired");
    server_with(authority_.issue("other.dqlite.test"), "ostname mismatch");
    server_with(stranger.self_signed(), "self-signed certificate");
}

TEST_P(TlsKeys, AMissingCertificateIsNamed) {
    const Stunnel front = stunnel(authority_.issue(host));
    const Identity missing{"/nowhere/client.crt", "/nowhere/client.key"};
    expect_refused(keys(front, missing), "/nowhere/client.crt");
    // An earlier key wins: the certificate is left out, and its key is not.
    OdbcConnection half;
    ASSERT_EQ(half.connect(keys(front, client_, "TLSCert=;")), SQL_ERROR);
    EXPECT_NE(half.message().find("certificate needs its key"), std::string::npos)
        << half.message();
    // The node may refuse a client without any only after that has asked its first question.
    OdbcConnection none;
    ASSERT_EQ(none.connect(keys(front, client_, "TLSCert=;TLSKey=;")), SQL_ERROR);
    EXPECT_EQ(none.state(), "08001") << none.message();
}

}  // namespace
}  // namespace dqlite::test
