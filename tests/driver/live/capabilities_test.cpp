#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/driver/live/capabilities_document.h"
#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Capabilities : public OnOneNode {};
DQLITE_ON_EACH_GENERATION(Capabilities);

TEST_P(Capabilities, TheDocumentTellsWhatTheDriverAnswers) {
    const std::string path = std::string{DQLITE_SOURCE_DIR} + "/driver/CAPABILITIES.md";
    const std::string rendered = render_capabilities(connection());
    if (std::getenv("DQLITE_WRITE_DOCUMENTS") != nullptr) std::ofstream{path} << rendered;
    std::ostringstream document;
    document << std::ifstream{path}.rdbuf();
    EXPECT_EQ(document.str(), rendered) << "run this test with DQLITE_WRITE_DOCUMENTS=1";
}

}  // namespace
}  // namespace dqlite::test
