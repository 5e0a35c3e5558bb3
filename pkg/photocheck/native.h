#pragma once
#ifdef __cplusplus
extern "C" {
#endif

// prp_set_threads tells OpenCV how many threads it may use.
void prp_set_threads(int n);

// prp_line_segments finds line segments in a single-channel 8-bit picture (LSD, von Gioi et al. 2012). It writes at most
// max segments as x1,y1,x2,y2 and returns their number, or -1 when OpenCV threw.
int prp_line_segments(const unsigned char *grey, int rows, int cols, float *out, int max);

#ifdef __cplusplus
}
#endif
