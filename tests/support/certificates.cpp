#include "tests/support/certificates.h"

#include <atomic>
#include <cstdio>
#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace dqlite::test {
namespace {

constexpr long hour = 3600;

// One that is not trusted should not be taken for one of the same name that is.
std::string new_authority_name() {
    static std::atomic<int> count{0};
    return "test authority " + std::to_string(++count);
}

void set_name(X509_NAME* subject, const std::string& name) {
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
}

void add_extension(X509* certificate, int type, const std::string& value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, type, value.c_str());
    if (extension == nullptr) throw std::runtime_error{"no such extension: " + value};
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

X509* new_certificate(const std::string& name, EVP_PKEY* key, long serial, long from, long until) {
    X509* const certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), until);
    X509_set_pubkey(certificate, key);
    set_name(X509_get_subject_name(certificate), name);
    return certificate;
}

template <typename Write>
void write_file(const std::string& path, Write write) {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    const bool written = file != nullptr && write(file) == 1;
    if (file == nullptr || std::fclose(file) != 0 || !written) {
        throw std::runtime_error{"cannot write " + path};
    }
}

}  // namespace

Authority::Authority()
    : key_{EVP_EC_gen("P-256"), EVP_PKEY_free},
      certificate_{new_certificate(new_authority_name(), key_.get(), serial_, -hour, hour),
                   X509_free} {
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
    own_ = write("authority", certificate_.get(), key_.get());
}

Identity Authority::issue(const std::string& name, Validity validity) {
    const Key key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    const bool past = validity == Validity::past;
    const Certificate certificate{
        new_certificate(name, key.get(), ++serial_, past ? -2 * hour : -hour, past ? -hour : hour),
        X509_free};
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    add_extension(certificate.get(), NID_subject_alt_name, "DNS:" + name);
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
    return write("identity" + std::to_string(serial_), certificate.get(), key.get());
}

Identity Authority::write(const std::string& file, X509* certificate, EVP_PKEY* key) const {
    const std::string path = directory_.path() + "/" + file;
    write_file(path + ".crt", [&](std::FILE* out) { return PEM_write_X509(out, certificate); });
    write_file(path + ".key", [&](std::FILE* out) {
        return PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
    return {path + ".crt", path + ".key"};
}

}  // namespace dqlite::test
