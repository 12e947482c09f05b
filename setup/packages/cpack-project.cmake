# What differs between the kinds of packages: the archive is one, laid out from the root folder.
if(CPACK_GENERATOR STREQUAL TGZ)
    set(CPACK_MONOLITHIC_INSTALL ON)
    set(CPACK_SET_DESTDIR ON)
endif()
