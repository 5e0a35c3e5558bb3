#include "native.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <vector>

void prp_set_threads(int n) { cv::setNumThreads(n); }

int prp_line_segments(const unsigned char *grey, int rows, int cols, float *out, int max) {
  try {
    const cv::Mat picture(rows, cols, CV_8UC1, const_cast<unsigned char *>(grey));
    std::vector<cv::Vec4f> lines;
    cv::createLineSegmentDetector(cv::LSD_REFINE_NONE)->detect(picture, lines);
    const int n = std::min(max, static_cast<int>(lines.size()));
    for (int i = 0; i < n; i++)
      for (int k = 0; k < 4; k++) out[4 * i + k] = lines[i][k];
    return n;
  } catch (...) {
    return -1; // a C++ exception must not cross into Go
  }
}
