package portal

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestReceiptsOfEmailsNeedNoSession(t *testing.T) {
	w := newWorld(t)
	post := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/mail/receipts", strings.NewReader("{}"))
		answer := httptest.NewRecorder()
		w.portal.routes().ServeHTTP(answer, r)
		return answer
	}
	if got := post(); got.Code != http.StatusNotFound {
		t.Errorf("where nobody tells: %d", got.Code)
	}
	w.portal.c.Receipts = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	if got := post(); got.Code != http.StatusNoContent || got.Header().Get("Set-Cookie") != "" {
		t.Errorf("%d, %v", got.Code, got.Header())
	}
}
