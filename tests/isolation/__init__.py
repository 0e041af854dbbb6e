"""Random questions of members of many matters: does anybody find, or learn, a word of a matter that is not his?"""
