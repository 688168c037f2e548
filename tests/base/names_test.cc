// Names at their limits, and that messages about bad ones are safe to print.
#include "src/base/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "src/base/strings.h"

namespace ashlar::base {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Message(const absl::Status& status) { return StrCat(status.message()); }

TEST(Names, AcceptsUpToTheLimit) {
  EXPECT_TRUE(ValidateName("dataset", "orders").ok());
  EXPECT_TRUE(ValidateName("field", "größe (€) / 2").ok());
  EXPECT_TRUE(ValidateName("field", std::string(255, 'x')).ok());
  EXPECT_EQ(Message(ValidateName("dataset", "")), "dataset name is empty");
  EXPECT_THAT(Message(ValidateName("dataset", std::string(256, 'x'))),
              HasSubstr("256 bytes; the limit is 255"));
}

TEST(Names, RefusesControlCharactersAndBrokenUtf8) {
  for (const std::string_view bad :
       {std::string_view("a\0b", 3), std::string_view("a\nb"), std::string_view("\x1b[2J"),
        std::string_view("\x7f"), std::string_view("\xc2\x85"), std::string_view("\xff")}) {
    const absl::Status status = ValidateName("dataset", bad);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    for (const char c : Message(status)) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  }
  EXPECT_TRUE(ValidateName("dataset", "\xc2\xa0").ok()) << "U+00A0 is no control character";
}

TEST(Names, Tags) {
  for (const std::string_view good : {"a", "_", "v1.2-rc_3", "Z9"}) {
    EXPECT_TRUE(ValidateTagName(good).ok()) << good;
  }
  for (const std::string_view bad : {"", "1a", ".a", "-a", "a b", "a/b", "é", "a\n"}) {
    EXPECT_EQ(ValidateTagName(bad).code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  EXPECT_TRUE(ValidateTagName(std::string(255, 'a')).ok());
  EXPECT_FALSE(ValidateTagName(std::string(256, 'a')).ok());
}

TEST(Names, EscapesWhatWouldDriveATerminal) {
  EXPECT_EQ(EscapeForTerminal("plain €"), "plain €");
  EXPECT_EQ(EscapeForTerminal("a\tb\nc\rd\\"), "a\\tb\\nc\\rd\\\\");
  EXPECT_EQ(EscapeForTerminal("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(EscapeForTerminal(std::string_view("\0\xff", 2)), "\\x00\\xff");
  EXPECT_EQ(EscapeForTerminal("\xc2\x9b"), "\\xc2\\x9b") << "a one-character CSI";
}

TEST(Names, QuotesAreCutByCharacters) {
  EXPECT_EQ(QuoteForMessage("ab"), "\"ab\"");
  const std::string exact(64, 'x');
  EXPECT_EQ(QuoteForMessage(exact), "\"" + exact + "\"");
  EXPECT_EQ(QuoteForMessage(exact + "y"), "\"" + exact + "\"...");
  EXPECT_THAT(Message(ValidateTagName(std::string(100, ' ') + "end")), Not(HasSubstr("end")));
}

}  // namespace
}  // namespace ashlar::base
