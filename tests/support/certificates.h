// Certificates for one test: an authority, and identities it signs, in files that go with it.
#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/support/node.h"

namespace dqlite::test {

/// A certificate and its key.
struct Identity {
    std::string certificate_file;
    std::string key_file;
};

class Authority {
  public:
    Authority();

    /// PEM, for those who trust it.
    [[nodiscard]] const std::string& certificate_file() const noexcept {
        return own_.certificate_file;
    }
    /// Its own certificate, signed by itself.
    [[nodiscard]] const Identity& self_signed() const noexcept { return own_; }
    enum class Validity : std::uint8_t { now, past };
    /// For a DNS name.
    [[nodiscard]] Identity issue(const std::string& name, Validity validity = Validity::now);

  private:
    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

    [[nodiscard]] Identity write(const std::string& file, X509* certificate, EVP_PKEY* key) const;

    TemporaryDirectory directory_;
    Key key_;
    long serial_ = 1;
    Certificate certificate_;
    Identity own_;
};

}  // namespace dqlite::test
