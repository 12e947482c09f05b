#include "client/tls.h"

#include <fmt/format.h>

namespace dqlite::client {
namespace {

Error tls_error(std::string_view what, const asio::error_code& error) {
    return {.kind = ErrorKind::tls, .message = fmt::format("{}: {}", what, error.message())};
}

asio::error_code load_roots(asio::ssl::context& context, const TlsOptions& options) {
    asio::error_code error;
    if (options.ca_file.empty()) {
        context.set_default_verify_paths(error);
    } else {
        context.load_verify_file(options.ca_file, error);
    }
    return error;
}

asio::error_code load_identity(asio::ssl::context& context, const TlsOptions& options) {
    asio::error_code error;
    context.use_certificate_chain_file(options.cert_file, error);
    if (!error) context.use_private_key_file(options.key_file, asio::ssl::context::pem, error);
    return error;
}

}  // namespace

Result<std::shared_ptr<asio::ssl::context>> make_tls_context(const TlsOptions& options) {
    if (!options.enabled) return nullptr;
    if (options.cert_file.empty() != options.key_file.empty()) {
        return fail({.kind = ErrorKind::invalid,
                     .message = "a TLS certificate needs its key, and a key its certificate"});
    }
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    asio::error_code error;
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                             asio::ssl::context::no_tlsv1_1,
                         error);
    if (error) return fail(tls_error("TLS 1.2 cannot be set as the oldest version", error));
    error = load_roots(*context, options);
    if (error) {
        return fail(tls_error(
            fmt::format("the certificates in \"{}\" cannot be used", options.ca_file), error));
    }
    if (!options.cert_file.empty()) {
        error = load_identity(*context, options);
        if (error) {
            return fail(tls_error(fmt::format("\"{}\" and \"{}\" cannot be used as certificate "
                                              "and key",
                                              options.cert_file, options.key_file),
                                  error));
        }
    }
    context->set_verify_mode(asio::ssl::verify_peer, error);
    if (error) return fail(tls_error("certificates cannot be verified", error));
    return context;
}

}  // namespace dqlite::client
