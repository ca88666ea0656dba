/* meter COMMAND...: runs it and writes "CPU-SECONDS PEAK-BYTES" to file descriptor 3.
 *
 * A process that is forked from a large one starts with that one's peak memory; this one is small.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

int main(int argc, char **argv)
{
    struct rusage usage;
    int status = 0;
    pid_t child;

    if (argc < 2)
        return EXIT_FAILURE;
    child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0)
        return EXIT_FAILURE;
    dprintf(3, "%.6f %ld\n", seconds(usage.ru_utime) + seconds(usage.ru_stime),
            usage.ru_maxrss * 1024);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
