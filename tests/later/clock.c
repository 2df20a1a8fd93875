/* A clock that is ahead, for a process and for all that it starts:

       LD_PRELOAD=…/clock.so LATER_SECONDS=34560000 date

   What tells the day is moved: in Python, in SQLite, in OpenSSL, in a browser. What measures how
   long something takes is left alone, and so is every kind of waiting; the times that the kernel
   writes at files are the true ones. (Debian's libfaketime moves those waits too; the one of
   Debian 12 lets threads wait for ever and `time.sleep` fail on a busy machine.) */

#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t ahead(void)
{
    static volatile int is_known;
    static volatile time_t seconds;
    if (!is_known) { /* two threads that find this at once find the same */
        const char *said = getenv("LATER_SECONDS");
        seconds = said ? (time_t)atoll(said) : 0;
        is_known = 1;
    }
    return seconds;
}

/* The system call itself: no library has to be asked where the true function is. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI))
        now->tv_sec += ahead();
    return failed;
}

time_t time(time_t *result)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result)
        *result = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict result, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    result->tv_sec = now.tv_sec;
    result->tv_usec = now.tv_nsec / 1000;
    return 0;
}

int timespec_get(struct timespec *result, int base)
{
    if (base != TIME_UTC)
        return 0;
    clock_gettime(CLOCK_REALTIME, result);
    return base;
}
