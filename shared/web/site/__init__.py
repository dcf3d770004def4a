"""The common look of the pages for people: layout, assets, navigation, sign-in, forms and errors."""
