/*
 * Takes 1 KiB of the small surplus of static thread-local storage that the
 * loader keeps for libraries opened later.
 */
static __thread char storage[1024] __attribute__((tls_model("initial-exec")));

char *static_tls_storage(void)
{
    return storage;
}
