// Answers from JSON and from columns, compared cell by cell. See answers.h.
#include "tests/tools/answers.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "src/columnar/json_value.h"

namespace ashlar::tools::real_data {
namespace {

using simdjson::dom::element;

Cell CellOf(const element& value) {
  int64_t whole = 0;
  double fraction = 0;
  std::string_view text;
  if (value.is_int64() && !value.get(whole)) return whole;
  if (value.is_double() && !value.get(fraction)) return fraction;
  if (value.is_string() && !value.get(text)) return std::string(text);
  return value.is_null() ? Cell() : Cell(simdjson::minify(value));
}

Cell CellOf(const Column& column, int64_t row) {
  if (column.IsNull(row)) return {};
  if (column.type().is_signed_integer()) return column.GetInt64(row);
  if (column.type().is_unsigned_integer()) return static_cast<int64_t>(column.GetUInt64(row));
  if (column.type().is_floating()) return column.GetDouble(row);
  std::string text;
  columnar::AppendLeafText(column, row, &text);
  return text;
}

std::string TextOf(const Cell& cell) {
  std::ostringstream text;
  text.precision(17);
  if (cell.index() == 0) text << "null";
  if (cell.index() == 1) text << std::get<int64_t>(cell);
  if (cell.index() == 2) text << std::get<double>(cell) << " (a fraction)";
  if (cell.index() == 3) text << '"' << std::get<std::string>(cell) << '"';
  return text.str();
}

bool Same(const Cell& expected, const Cell& actual) {
  if (expected.index() != 2 || actual.index() != 2) return expected == actual;
  const double a = std::get<double>(expected);
  const double b = std::get<double>(actual);
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

std::string ListOf(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += " " + name;
  return text;
}

}  // namespace

std::map<std::string, Answer> ParseAnswers(const std::string& json) {
  std::map<std::string, Answer> answers;
  simdjson::dom::parser parser;
  simdjson::dom::object questions;
  if (parser.parse(json).get(questions)) return answers;
  for (const auto& [name, question] : questions) {
    Answer& answer = answers[std::string(name)];
    for (const element& column : question["columns"].get_array()) {
      answer.columns.emplace_back(column.get_string().value());
    }
    for (const element& row : question["rows"].get_array()) {
      std::vector<Cell>& cells = answer.rows.emplace_back();
      for (const element& value : row.get_array()) cells.push_back(CellOf(value));
    }
  }
  return answers;
}

Answer AnswerOf(const Table& table) {
  Answer answer;
  for (const Field& field : table.schema().fields()) answer.columns.push_back(field.name);
  for (const RecordBatch& batch : table.batches()) {
    for (int64_t row = 0; row < batch.rows(); ++row) {
      std::vector<Cell>& cells = answer.rows.emplace_back();
      for (const Column& column : batch.columns()) cells.push_back(CellOf(column, row));
    }
  }
  return answer;
}

Answer AnswerOfLines(const std::vector<std::string>& columns, const std::string& lines) {
  Answer answer{.columns = columns, .rows = {}};
  std::istringstream stream(lines);
  simdjson::dom::parser parser;
  for (std::string line; std::getline(stream, line);) {
    std::vector<Cell>& cells = answer.rows.emplace_back(columns.size());
    simdjson::dom::object object;
    if (parser.parse(line).get(object)) {
      cells = {Cell("no JSON object: " + line)};
      continue;
    }
    for (const auto& [name, value] : object) {
      const auto column = std::find(columns.begin(), columns.end(), name);
      if (column == columns.end()) {
        cells.push_back("unknown: " + std::string(name));
      } else {
        cells[static_cast<size_t>(column - columns.begin())] = CellOf(value);
      }
    }
  }
  return answer;
}

std::string Difference(const Answer& expected, const Answer& actual) {
  if (expected.columns != actual.columns) {
    return "columns are" + ListOf(actual.columns) + ", not" + ListOf(expected.columns);
  }
  const size_t rows = std::min(expected.rows.size(), actual.rows.size());
  for (size_t row = 0; row < rows; ++row) {
    if (expected.rows[row].size() != actual.rows[row].size()) {
      return "row " + std::to_string(row) + " has another number of values";
    }
    for (size_t i = 0; i < expected.columns.size(); ++i) {
      if (Same(expected.rows[row][i], actual.rows[row][i])) continue;
      return "row " + std::to_string(row) + ", " + expected.columns[i] + ": " +
             TextOf(actual.rows[row][i]) + ", not " + TextOf(expected.rows[row][i]);
    }
  }
  if (expected.rows.size() == actual.rows.size()) return "";
  return std::to_string(actual.rows.size()) + " rows, not " + std::to_string(expected.rows.size());
}

}  // namespace ashlar::tools::real_data
