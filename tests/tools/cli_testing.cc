// Subprocesses for tests. Streams go through files, so that no pipe can fill up and block.
#include "tests/tools/cli_testing.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ashlar::tools {
namespace {

namespace fs = std::filesystem;

std::string Slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::string MakeDirectory() {
  std::string path = testing::TempDir() + "ashlar-cli-XXXXXX";
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  return path;
}

// Only what may stand between fork and exec.
[[noreturn]] void Become(const std::vector<char*>& arguments, const char* directory,
                         const std::string& streams) {
  const std::string names[] = {streams + "/in", streams + "/out", streams + "/err"};
  for (int stream = 0; stream < 3; ++stream) {
    const int flags = stream == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
    const int fd = open(names[stream].c_str(), flags, 0600);
    if (fd < 0 || dup2(fd, stream) < 0) _exit(126);
  }
  if (chdir(directory) != 0) _exit(126);
  execv(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

void CliTest::SetUp() {
  directory_ = MakeDirectory();
  streams_ = MakeDirectory();
}

void CliTest::TearDown() {
  fs::remove_all(directory_);
  fs::remove_all(streams_);
}

CliResult CliTest::RunAshlar(const std::vector<std::string>& arguments, std::string_view input) {
  std::ofstream(streams_ + "/in", std::ios::binary) << input;
  std::string program = ASHLAR_PROGRAM;
  std::vector<std::string> copies = arguments;
  std::vector<char*> pointers = {program.data()};
  for (std::string& copy : copies) pointers.push_back(copy.data());
  pointers.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) Become(pointers, directory_.c_str(), streams_);
  EXPECT_GT(child, 0);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          .out = Slurp(streams_ + "/out"),
          .err = Slurp(streams_ + "/err")};
}

std::string CliTest::MustRun(const std::vector<std::string>& arguments, std::string_view input) {
  const CliResult result = RunAshlar(arguments, input);
  EXPECT_EQ(result.exit_code, 0) << testing::PrintToString(arguments) << ": " << result.err;
  return result.out;
}

std::vector<std::string> CliTest::Exec(const std::vector<std::string>& commands) {
  std::string input;
  for (const std::string& command : commands) input += command + "\n";
  std::vector<std::string> answers = Lines(MustRun({"exec", "store"}, input));
  EXPECT_EQ(answers.size(), commands.size());
  answers.resize(commands.size());
  return answers;
}

void CliTest::WriteFile(const std::string& name, std::string_view content) {
  std::ofstream(Path(name), std::ios::binary) << content;
}

std::map<std::string, std::string> CliTest::Photograph() const {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory_)) {
    files[entry.path().string()] = entry.is_regular_file() ? Slurp(entry.path()) : "";
  }
  return files;
}

void CliTest::ExpectRefused(const std::vector<std::string>& arguments, int exit_code,
                            std::string_view message) {
  SCOPED_TRACE(testing::PrintToString(arguments).substr(0, 300));
  const std::map<std::string, std::string> before = Photograph();
  const CliResult result = RunAshlar(arguments);
  EXPECT_EQ(result.exit_code, exit_code) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(result.err.starts_with("ashlar: ")) << result.err;
  EXPECT_NE(result.err.find(message), std::string::npos) << result.err;
  EXPECT_TRUE(Photograph() == before) << "files were changed";
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace ashlar::tools
