// The real data. See baseball.h.
#include "tests/tools/baseball.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace ashlar::tools::real_data {
namespace {

std::string RunPython(const std::string& arguments) {
  FILE* pipe = popen(("PYTHONIOENCODING=utf-8 python3 " + arguments).c_str(), "r");
  std::string text;
  std::array<char, 65536> buffer;
  while (pipe != nullptr) {
    const size_t count = fread(buffer.data(), 1, buffer.size(), pipe);
    if (count == 0) break;
    text.append(buffer.data(), count);
  }
  const bool good = pipe != nullptr && pclose(pipe) == 0;
  return good ? text : "";
}

std::string Quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

}  // namespace

std::filesystem::path BaseballDirectory() {
  const char* shared = std::getenv("ASHLAR_SHARED_DATA");
  const std::filesystem::path root =
      shared != nullptr ? shared : std::filesystem::path(ASHLAR_SOURCE_DIR) / "../shared/data";
  const std::filesystem::path data = root / "baseball";
  return std::filesystem::is_directory(data) ? data : std::filesystem::path();
}

std::string MakePlayers(const std::filesystem::path& data) {
  return RunPython(Quoted(data / "make_players_jsonl.py"));
}

std::string AnswerWithPython(const std::filesystem::path& data) {
  const std::filesystem::path script =
      std::filesystem::path(ASHLAR_SOURCE_DIR) / "tests/tools/questions.py";
  return RunPython(Quoted(script) + " " + Quoted(data));
}

}  // namespace ashlar::tools::real_data
