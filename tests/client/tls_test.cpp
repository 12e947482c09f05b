// TLS as go-dqlite clusters use it: one certificate on all sides, each side checking the other's.
#include <atomic>
#include <filesystem>
#include <netinet/in.h>
#include <thread>

#include <asio/ip/tcp.hpp>
#include <asio/ssl.hpp>
#include <asio/write.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/client/session_fixture.h"
#include "tests/support/fake_server.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;

/// A self-signed certificate for the name "dqlite.test" and its key, in two files.
class Identity {
  public:
    Identity() {
        std::string name = testing::TempDir() + "tls-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
        folder_ = name;
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"),
                                                                      EVP_PKEY_free};
        const std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), X509_free};
        X509_set_version(certificate.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
        X509_set_pubkey(certificate.get(), key.get());
        X509_NAME* const subject = X509_get_subject_name(certificate.get());
        const std::string common = "dqlite.test";
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1,
                                   0);
        X509_set_issuer_name(certificate.get(), subject);
        X509_EXTENSION* const names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:dqlite.test");
        X509_add_ext(certificate.get(), names, -1);
        X509_EXTENSION_free(names);
        X509_sign(certificate.get(), key.get(), EVP_sha256());
        write(certificate_file(),
              [&](std::FILE* file) { return PEM_write_X509(file, certificate.get()); });
        write(key_file(), [&](std::FILE* file) {
            return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }
    ~Identity() { std::filesystem::remove_all(folder_); }
    Identity(const Identity&) = delete;
    Identity& operator=(const Identity&) = delete;

    [[nodiscard]] std::string certificate_file() const { return folder_ + "/cluster.crt"; }
    [[nodiscard]] std::string key_file() const { return folder_ + "/cluster.key"; }

  private:
    template <typename Write>
    static void write(const std::string& path, Write write) {
        std::FILE* const file = std::fopen(path.c_str(), "w");
        const bool written = file != nullptr && write(file) == 1;
        if (file == nullptr || std::fclose(file) != 0 || !written) {
            throw std::runtime_error{"cannot write " + path};
        }
    }

    std::string folder_;
};

/// Ends TLS in front of a plain server, as go-dqlite does in its own process.
class TlsProxy {
  public:
    TlsProxy(const Identity& identity, std::string backend)
        : backend_{std::move(backend)}, context_{asio::ssl::context::tls_server} {
        context_.use_certificate_chain_file(identity.certificate_file());
        context_.use_private_key_file(identity.key_file(), asio::ssl::context::pem);
        context_.load_verify_file(identity.certificate_file());
        context_.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
        acceptor_.listen();
        thread_ = std::thread{[this] { run(); }};
    }
    ~TlsProxy() {
        asio::post(io_, [this] { io_.stop(); });
        thread_.join();
    }
    TlsProxy(const TlsProxy&) = delete;
    TlsProxy& operator=(const TlsProxy&) = delete;

    [[nodiscard]] std::string address() const {
        return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }

  private:
    struct Pair {
        Pair(asio::io_context& io, tcp::socket front, asio::ssl::context& context)
            : secure{std::move(front), context}, plain{io} {}
        asio::ssl::stream<tcp::socket> secure;
        tcp::socket plain;
    };

    void run() {
        accept();
        io_.run();
    }
    void accept() {
        acceptor_.async_accept([this](asio::error_code error, tcp::socket socket) {
            if (error) return;
            serve(std::make_shared<Pair>(io_, std::move(socket), context_));
            accept();
        });
    }
    void serve(const std::shared_ptr<Pair>& pair) {
        pair->secure.async_handshake(
            asio::ssl::stream_base::server, [this, pair](asio::error_code error) {
                if (error) return;
                const auto port =
                    static_cast<std::uint16_t>(std::stoi(backend_.substr(backend_.find(':') + 1)));
                asio::error_code refused;
                pair->plain.connect({asio::ip::address_v4::loopback(), port}, refused);
                if (refused) return;
                pump(pair, pair->secure, pair->plain, std::make_shared<std::array<char, 4096>>());
                pump(pair, pair->plain, pair->secure, std::make_shared<std::array<char, 4096>>());
            });
    }
    template <typename From, typename To>
    void pump(const std::shared_ptr<Pair>& pair, From& from, To& to,
              const std::shared_ptr<std::array<char, 4096>>& buffer) {
        from.async_read_some(
            asio::buffer(*buffer), [=, this, &from, &to](asio::error_code error, std::size_t size) {
                if (error) {
                    asio::error_code ignored;
                    pair->plain.close(ignored);
                    pair->secure.lowest_layer().close(ignored);
                    return;
                }
                asio::async_write(to, asio::buffer(buffer->data(), size),
                                  [=, this, &from, &to](asio::error_code failed, std::size_t) {
                                      if (!failed) pump(pair, from, to, buffer);
                                  });
            });
    }

    std::string backend_;
    asio::io_context io_;
    asio::ssl::context context_;
    tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
    std::thread thread_;
};

bool answer(FakePeer& peer, const FakeRequest&) {
    peer.send_result(1, 1);
    return true;
}

class Tls : public testing::Test {
  protected:
    [[nodiscard]] Options options() const {
        Options options = quick_options({proxy_.address()});
        options.login_timeout = 2s;
        options.address_map = {{server_.address(), proxy_.address()}};
        options.tls = {true, identity_.certificate_file(), identity_.certificate_file(),
                       identity_.key_file(), "dqlite.test"};
        return options;
    }
    static Error connect_error(const Options& options) {
        const auto session = Session::connect(options);
        EXPECT_FALSE(session);
        return session ? Error{} : session.error();
    }

    Identity identity_;
    FakeServer server_{FakeServer::node(answer)};
    TlsProxy proxy_{identity_, server_.address()};
};

TEST_F(Tls, CarriesASession) {
    const auto session = open_session(options());
    EXPECT_EQ(session->statistics().round_trips, 2U);
    for (int i = 0; i < 100; ++i) run(*session, "INSERT INTO t VALUES (1)");
    const std::string large(1'000'000, 'x');
    const std::vector value{wire::Value::text(large)};
    run(*session, "INSERT INTO t VALUES (?)", value);
}

TEST_F(Tls, ChecksTheServersName) {
    Options wrong = options();
    wrong.tls.server_name = "other.test";
    EXPECT_EQ(connect_error(wrong).kind, ErrorKind::tls);
}

TEST_F(Tls, ChecksTheServersCertificate) {
    const Identity stranger;
    Options wrong = options();
    wrong.tls.ca_file = stranger.certificate_file();
    EXPECT_EQ(connect_error(wrong).kind, ErrorKind::tls);
}

// Under TLS 1.3 the server looks at the client's certificate after the client's handshake is
// done, so that its refusal may also come as the end of the connection.
TEST_F(Tls, IsRefusedWithoutACertificate) {
    Options wrong = options();
    wrong.tls.cert_file.clear();
    wrong.tls.key_file.clear();
    const Error error = connect_error(wrong);
    EXPECT_TRUE(error.kind == ErrorKind::tls || error.kind == ErrorKind::lost) << error.message;
}

TEST_F(Tls, SaysSoWhereThePlainPortIsDialled) {
    Options wrong = options();
    wrong.servers = {server_.address()};
    wrong.address_map.clear();
    const Error error = connect_error(wrong);
    EXPECT_EQ(error.kind, ErrorKind::tls);
    EXPECT_NE(error.message.find("may not speak TLS"), std::string::npos) << error.message;
}

TEST_F(Tls, SaysSoWhereItIsOffAndThePortNeedsIt) {
    Options wrong = options();
    wrong.tls.enabled = false;
    const Error error = connect_error(wrong);
    EXPECT_TRUE(error.kind == ErrorKind::protocol || error.kind == ErrorKind::lost)
        << error.message;
}

TEST_F(Tls, RefusesFilesThatAreNotThere) {
    Options wrong = options();
    wrong.tls.ca_file += ".none";
    EXPECT_EQ(connect_error(wrong).kind, ErrorKind::tls);
    wrong = options();
    wrong.tls.key_file.clear();
    EXPECT_EQ(connect_error(wrong).kind, ErrorKind::invalid);
}

TEST_F(Tls, EndsAtTheDeadlineInsideTheHandshake) {
    FakeServer silent{[](FakePeer& peer) { peer.stay_silent(); }};
    Options slow = options();
    slow.servers = {silent.address()};
    slow.login_timeout = 200ms;
    const auto start = Clock::now();
    EXPECT_EQ(connect_error(slow).kind, ErrorKind::timeout);
    EXPECT_LT(Clock::now() - start, 1s);
}

}  // namespace
}  // namespace dqlite::client
