// Running the built program as a user would: arguments in, streams and exit code out.
//
// Owns: the subprocess, a directory for it to work in, and photographs of a directory. Does not
// own: what is expected.
#ifndef ASHLAR_TESTS_TOOLS_CLI_TESTING_H_
#define ASHLAR_TESTS_TOOLS_CLI_TESTING_H_

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::tools {

struct CliResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Each test gets a directory of its own, gone in the end; paths are relative to it.
class CliTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  CliResult RunAshlar(const std::vector<std::string>& arguments, std::string_view input = "");
  // The same, and it must succeed; returns standard output.
  std::string MustRun(const std::vector<std::string>& arguments, std::string_view input = "");
  // One line of `exec` a command; the answers.
  std::vector<std::string> Exec(const std::vector<std::string>& commands);

  void WriteFile(const std::string& name, std::string_view content);
  [[nodiscard]] std::string Path(const std::string& name) const { return directory_ + "/" + name; }
  // Every file below the test's directory with its content, every directory with "".
  [[nodiscard]] std::map<std::string, std::string> Photograph() const;
  // The command fails with `exit_code`, says `message` on standard error, nothing on standard
  // output, and leaves every file as it was.
  void ExpectRefused(const std::vector<std::string>& arguments, int exit_code,
                     std::string_view message);

 private:
  std::string directory_;  // what the program sees
  std::string streams_;    // where its streams are kept
};

[[nodiscard]] std::vector<std::string> Lines(const std::string& text);

}  // namespace ashlar::tools

#endif  // ASHLAR_TESTS_TOOLS_CLI_TESTING_H_
